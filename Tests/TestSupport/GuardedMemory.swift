import Glibc

/// Bytes that end where memory ends, or start where it starts: assembly that reads or writes one byte too
/// many crashes the test.
package final class GuardedMemory {
    package enum Edge {
        case start
        case end
    }

    package let bytes: UnsafeMutableRawPointer

    private let mapping: UnsafeMutableRawPointer
    private let mappingSize: Int

    package init(_ content: some Collection<UInt8>, against edge: Edge) {
        let pageSize = Int(getpagesize())
        let usableSize = (content.count + pageSize - 1) / pageSize * pageSize
        mappingSize = usableSize + 2 * pageSize
        guard
            let mapping = mmap(nil, mappingSize, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
            mapping != MAP_FAILED
        else { preconditionFailure("no memory to guard") }
        self.mapping = mapping
        let usable = mapping + pageSize
        if usableSize > 0 {
            let status = mprotect(usable, usableSize, PROT_READ | PROT_WRITE)
            precondition(status == 0)
        }
        switch edge {
        case .start: bytes = usable
        case .end: bytes = usable + (usableSize - content.count)
        }
        UnsafeMutableRawBufferPointer(start: bytes, count: content.count).copyBytes(from: content)
    }

    deinit { munmap(mapping, mappingSize) }
}
