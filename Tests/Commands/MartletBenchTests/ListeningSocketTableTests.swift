import Base
import Posix
import Testing

@testable import martlet_bench

/// The tables are written as a little-endian machine prints them.
#if _endian(little)
@Suite struct ListeningSocketTableTests {
    private static let version4 = """
          sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
           0: 0100007F:2328 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4101 1 0 100 0
           1: 0100007F:2328 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4102 1 0 100 0
           2: 00000000:2329 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4103 1 0 100 0
           3: 0100007F:2328 0100007F:9C40 01 00000000:00000000 00:00000000 00000000     0        0 4104 1 0 100 0

        """
    private static let version6 = """
          sl  local_address                         remote_address                        st tx_queue rx_queue
           0: 00000000000000000000000000000000:232A 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 4201 1
           1: 00000000000000000000000001000000:232B 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 4202 1
           2: 0000000000000000FFFF00000100007F:232C 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 4203 1
           3: B80D0120000000000000000001000000:232D 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 4204 1

        """

    @Test func onlySocketsThatListenAreKept() {
        let table = ListeningSocketTable(Self.version4)
        #expect(table.entries.map(\.inode) == [4101, 4102, 4103])
        #expect(table.entries[0].host == .v4(127, 0, 0, 1) && table.entries[0].port == 9000)
    }

    @Test func severalSocketsMayShareAPort() {
        #expect(ListeningSocketTable(Self.version4).inodes(for: .loopback(port: 9000)) == [4101, 4102])
    }

    @Test func aWildcardTakesEveryAddress() {
        let table = ListeningSocketTable(Self.version4)
        #expect(table.inodes(for: .loopback(port: 9001)) == [4103])
        let other = SocketAddress(host: .v4(10, 0, 0, 1), port: 9000)
        #expect(table.inodes(for: other).isEmpty)
    }

    @Test func addressesOfVersion6AreRead() {
        let table = ListeningSocketTable(Self.version6)
        let loopback = SocketAddress.Host.v6(high: 0, low: 1, scope: 0)
        #expect(table.inodes(for: .loopback(port: 9002)) == [4201])
        #expect(table.inodes(for: SocketAddress(host: loopback, port: 9002)) == [4201])
        #expect(table.inodes(for: SocketAddress(host: loopback, port: 9003)) == [4202])
        #expect(table.inodes(for: .loopback(port: 9003)).isEmpty)
        #expect(table.inodes(for: .loopback(port: 9004)) == [4203])
        #expect(table.entries[3].host == .v6(high: 0x2001_0db8_0000_0000, low: 1, scope: 0))
    }

    @Test(arguments: 0..<64 as Range<UInt64>)
    func mutatedTablesNeverCrash(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            let bytes = mutated(Array((Self.version4 + Self.version6).utf8), using: &generator)
            let table = ListeningSocketTable(String(decoding: bytes, as: UTF8.self))
            #expect(table.entries.count <= bytes.count / 40)
        }
    }

    @Test func aListeningSocketOfThisProcessIsFound() throws {
        let socket = try ListeningSocket(.loopback(port: 0), sharesPort: false)
        let address = try socket.localAddress()
        // A process that another test starts holds all descriptors until it has become its program.
        #expect(ProcessTable.listeners(on: address).contains(ownPID))
    }
}
#endif
