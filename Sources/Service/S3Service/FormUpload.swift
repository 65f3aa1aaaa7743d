internal import Bytes
package import HTTP
package import S3API

/// The body of an upload by a form: first its fields, then the content of its file.
///
///     client ─▶ window (64 KiB) ─▶ fields, until the file begins
///               window (17 KiB) ─▶ content ─▶ whoever reads, until the boundary
///
/// Nothing of the content is asked for before somebody reads it, but what the client sends along with the fields. For one
/// task at a time.
package final class FormUpload<Source: RequestSource>: RequestSource {
    /// What follows the file, in bytes: the last boundary, and fields that mean nothing.
    private static var trailerSizeMax: Int64 { Int64(UploadForm.sizeMax) }

    package let form: UploadForm
    private let boundary: FormDataBoundary
    private let window: FormWindow
    private var source: Source
    /// Behind the fields, at most.
    private let bodySize: Int64
    private var sizes: ClosedRange<Int64> = 0...ObjectSizes.singlePutMax
    private var sizeMax: Int64 { min(sizes.upperBound, ObjectSizes.singlePutMax) }
    private var received: Int64 = 0
    /// Bytes at the window's beginning that are known to be content.
    private var contentCount = 0
    private var isAtEnd = false

    /// Reads the fields.
    ///
    /// - Parameter head: of the request, whose length has to be known.
    /// - Throws: MissingContentLength, EntityTooLarge and MalformedPOSTRequest before a byte was asked for;
    ///   MaxPostPreDataLengthExceeded; what is wrong with the form, or with its transport.
    package init(_ source: Source, head: RequestHead) async throws(S3Error) {
        guard case .sized(let size) = head.bodyLength else { throw S3Error(.missingContentLength) }
        guard size <= ObjectSizes.singlePutMax + Int64(UploadForm.sizeMax) + Self.trailerSizeMax else {
            throw S3Error(.entityTooLarge)
        }
        guard let boundary = FormDataBoundary(contentType: head.text(of: .contentType) ?? "") else {
            throw S3Error(.malformedPOSTRequest)
        }
        let window = FormWindow()
        var source = source
        form = try await Self.fields(boundary, window, &source)
        bodySize = size - window.taken
        (self.boundary, self.window, self.source) = (boundary, window, source)
    }

    private static func fields(
        _ boundary: FormDataBoundary,
        _ window: FormWindow,
        _ source: inout Source
    ) async throws(S3Error) -> UploadForm {
        var parser = FormDataParser(boundary)
        var form = UploadForm()
        while true {
            switch try parser.next(in: window.bytes) {
            case .needsMore:
                guard !window.isFull else { throw S3Error(.maxPostPreDataLengthExceeded) }
                guard try await window.fill(from: &source) else { throw endless }
            case .field(let name, let value): try form.append(name, value)
            case .file(let name, let offset):
                try form.setFileName(name)
                window.drop(offset)
                window.shrink()
                return form
            case .end:
                throw S3Error(
                    .invalidArgument,
                    "POST requires exactly one file upload per request.",
                    fields: [S3Error.Field("ArgumentName", "file"), S3Error.Field("ArgumentValue", "0")]
                )
            }
        }
    }

    /// What the file's size has to be.
    ///
    /// - Throws: ``S3Error/Code-swift.enum/entityTooLarge`` and ``S3Error/Code-swift.enum/entityTooSmall`` where the
    ///   request's length tells already.
    package func require(_ sizes: ClosedRange<Int64>) throws(S3Error) {
        let ending = Int64(boundary.size)
        self.sizes = sizes
        guard bodySize - ending >= sizes.lowerBound else { throw tooSmall(max(0, bodySize - ending)) }
        guard bodySize - ending - Self.trailerSizeMax <= sizeMax else {
            throw tooLarge(bodySize - ending)
        }
    }

    package func read(into buffer: UnsafeMutableRawBufferPointer) async throws(S3Error) -> Int {
        while contentCount == 0, !isAtEnd {
            switch boundary.position(in: window.bytes, from: 0) {
            case .at(0): try await end()
            case .notBefore(0):
                guard try await window.fill(from: &source) else { throw Self.endless }
            case .at(let index), .notBefore(let index): contentCount = index
            }
        }
        return contentCount > 0 ? try take(into: buffer) : 0
    }

    private func take(into buffer: UnsafeMutableRawBufferPointer) throws(S3Error) -> Int {
        let count = min(contentCount, buffer.count)
        received += Int64(count)
        guard received <= sizeMax else { throw tooLarge(received) }
        buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: window.bytes[..<count]))
        window.drop(count)
        contentCount -= count
        return count
    }

    /// Behind the content: reads the rest, so that the connection can go on.
    private func end() async throws(S3Error) {
        guard received >= sizes.lowerBound else { throw tooSmall(received) }
        var rest: Int64 = 0
        repeat {
            rest += Int64(window.bytes.count)
            guard rest <= Self.trailerSizeMax else {
                throw S3Error(.malformedPOSTRequest, "There is too much behind the file of the form.")
            }
            window.drop(window.bytes.count)
        } while try await window.fill(from: &source)
        isAtEnd = true
    }

    private static var endless: S3Error {
        S3Error(
            .malformedPOSTRequest,
            "The body of your POST request is not well-formed multipart/form-data: it ends before its last boundary."
        )
    }

    private func tooLarge(_ size: Int64) -> S3Error {
        S3Error(
            .entityTooLarge,
            fields: [
                S3Error.Field("ProposedSize", "\(size)"),
                S3Error.Field("MaxSizeAllowed", "\(sizeMax)"),
            ]
        )
    }

    private func tooSmall(_ size: Int64) -> S3Error {
        S3Error(
            .entityTooSmall,
            fields: [
                S3Error.Field("ProposedSize", "\(size)"),
                S3Error.Field("MinSizeAllowed", "\(sizes.lowerBound)"),
            ]
        )
    }
}

/// Bytes that came and were not taken yet, in memory of a size that never grows.
final class FormWindow {
    private static let pieceSize = 16 << 10
    /// A piece, and what may be the beginning of a boundary before it.
    private static let contentSize = pieceSize + (1 << 10)

    private var memory: UnsafeMutableRawBufferPointer
    private var held = 0..<0
    /// Bytes dropped so far.
    private(set) var taken: Int64 = 0

    init() { memory = .allocate(byteCount: UploadForm.sizeMax, alignment: 64) }

    deinit { memory.deallocate() }

    /// Valid until the next call.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory[held]) }

    var isFull: Bool { held.count == memory.count }

    func drop(_ count: Int) {
        taken += Int64(count)
        held = (held.lowerBound + count)..<held.upperBound
    }

    /// Gives back what only fields need. What is held came with the last piece.
    func shrink() {
        precondition(held.count <= Self.pieceSize)
        let smaller = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.contentSize, alignment: 64)
        smaller.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[held]))
        memory.deallocate()
        (memory, held) = (smaller, 0..<held.count)
    }

    /// Appends at least one byte; there has to be room for it.
    ///
    /// - Returns: `false` at the end of the body.
    func fill(from source: inout some RequestSource) async throws(S3Error) -> Bool {
        precondition(!isFull)
        if held.upperBound == memory.count || held.isEmpty {
            memory.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[held]))
            held = 0..<held.count
        }
        let room = memory[held.upperBound..<min(memory.count, held.upperBound + Self.pieceSize)]
        let count = try await source.read(into: UnsafeMutableRawBufferPointer(rebasing: room))
        held = held.lowerBound..<held.upperBound + count
        return count > 0
    }
}
