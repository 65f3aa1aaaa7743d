import Base
import EventLoop
import HTTP

/// What the connections of one loop share. Confined to the loop's thread.
final class LoopContext: @unchecked Sendable {
    let loop: EventLoop
    let options: HTTPServerOptions
    let rejection: RejectionAnswer
    /// Where a socket is read into before it is known whose bytes they are. Used without suspension
    /// between the receive and the copy, so all connections share it and an idle one holds no buffer.
    let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 16 * 1024, alignment: 64)
    private var dateLine = DateLine()
    private let clock = SystemTime()

    init(_ loop: EventLoop, _ options: HTTPServerOptions, _ rejection: @escaping RejectionAnswer) {
        self.loop = loop
        self.options = options
        self.rejection = rejection
    }

    deinit { scratch.deallocate() }

    var date: [UInt8] { dateLine.bytes(at: clock.now) }
}
