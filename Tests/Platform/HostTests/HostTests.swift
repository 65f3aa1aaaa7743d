import Foundation
import Host
import Testing

@Suite struct HostTests {
    private func temporaryFile(_ content: Data) throws -> String {
        let path = NSTemporaryDirectory() + "host-tests-\(UUID().uuidString)"
        try content.write(to: URL(fileURLWithPath: path))
        return path
    }

    @Test func theEnvironmentIsTheProcesss() {
        #expect(Environment.variables["PATH"] == ProcessInfo.processInfo.environment["PATH"])
        #expect(Environment.variables.count > 0)
    }

    @Test func theMachineHasProcessorsAndMemory() {
        #expect(Environment.processorCount >= 1)
        #expect(Environment.memorySize > 64 << 20)
    }

    @Test(arguments: [0, 1, 16 << 10, (16 << 10) + 1, TextFile.sizeMax])
    func aFileIsReadWhole(size: Int) throws {
        let path = try temporaryFile(Data(repeating: UInt8(ascii: "a"), count: size))
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(try TextFile.read(path).utf8.count == size)
    }

    @Test func aFileThatIsTooLargeIsRefused() throws {
        let path = try temporaryFile(Data(repeating: 0x61, count: TextFile.sizeMax + 1))
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(throws: TextFileError.tooLarge(sizeMax: TextFile.sizeMax)) { try TextFile.read(path) }
    }

    @Test func bytesThatAreNoTextAreRefused() throws {
        let path = try temporaryFile(Data([0x61, 0xff]))
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(throws: TextFileError.notUTF8) { try TextFile.read(path) }
    }

    @Test func aMissingFileSaysSo() {
        #expect { try TextFile.read("/nonexistent/secret") } throws: { error in
            "\(error)".contains("No such file")
        }
    }

    @Test(arguments: [nil, "", "relative", "/nonexistent/socket"])
    func nobodyToNotifyIsNoFailure(name: String?) {
        #expect(!ServiceManager.notify(.ready, socketName: name))
    }

    @Test func theServiceManagerHearsTheState() throws {
        let name = "host-tests-\(UUID().uuidString)"
        let descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: [0] + Array(name.utf8)) }
        let size = socklen_t(MemoryLayout<sa_family_t>.size + 1 + name.utf8.count)
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) }
        }
        try #require(bound == 0)
        #expect(ServiceManager.notify(.ready, socketName: "@\(name)"))
        var buffer = [UInt8](repeating: 0, count: 64)
        let count = recv(descriptor, &buffer, buffer.count, CInt(MSG_DONTWAIT))
        #expect(String(decoding: buffer.prefix(max(0, count)), as: UTF8.self) == "READY=1")

        #expect(ServiceManager.notify(.reloading, socketName: "@\(name)"))
        let reloadingSize = recv(descriptor, &buffer, buffer.count, CInt(MSG_DONTWAIT))
        let lines = String(decoding: buffer.prefix(max(0, reloadingSize)), as: UTF8.self).split(
            separator: "\n"
        )
        #expect(lines.first == "RELOADING=1")
        let moment = try #require(lines.last?.wholeMatch(of: /MONOTONIC_USEC=([0-9]+)/)?.1)
        #expect((UInt64(moment) ?? 0) > 0)
    }
}
