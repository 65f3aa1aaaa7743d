import Base
import EventLoop
import HTTP
import TLS

/// What the connections of one loop share. Confined to the loop's thread.
final class LoopContext: @unchecked Sendable {
    let loop: EventLoop
    let options: HTTPServerOptions
    let rejection: RejectionAnswer
    /// `nil` for plain bytes.
    let certificates: TLSCertificates?
    /// Where a socket is read into before it is known whose bytes they are. Used without suspension
    /// between the receive and the copy, so all connections share it and an idle one holds no buffer.
    let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 16 * 1024, alignment: 64)
    /// The part of it that is read at once where some of the bytes may have to be kept: a head ends
    /// within, and what follows it waits as the connection's surplus.
    var keptScratch: UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(rebasing: scratch[..<(4 * 1024)])
    }
    /// Bytes of unfinished heads, over all connections of the loop.
    private var headsSize = 0
    private var dateLine = DateLine()
    private let clock = SystemTime()

    init(
        _ loop: EventLoop,
        _ options: HTTPServerOptions,
        _ certificates: TLSCertificates?,
        _ rejection: @escaping RejectionAnswer
    ) {
        self.certificates = certificates
        self.loop = loop
        self.options = options
        self.rejection = rejection
    }

    deinit { scratch.deallocate() }

    /// Counts the bytes of an unfinished head while its connection waits for the rest.
    ///
    /// - Returns: whether the loop has room for them; then ``releaseHead(_:)`` has to follow.
    func holdHead(_ size: Int) -> Bool {
        guard headsSize + size <= options.unfinishedHeadsSizeMax else { return false }
        headsSize += size
        return true
    }

    func releaseHead(_ size: Int) { headsSize -= size }

    var date: [UInt8] { dateLine.bytes(at: clock.now) }
}
