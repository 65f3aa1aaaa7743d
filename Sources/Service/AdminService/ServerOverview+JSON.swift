internal import Base
internal import JSON

extension ServerOverview {
    private var onlineCount: Int { drives.count(where: \.isOnline) }

    private func list(_ values: [Int]) -> JSONValue { .array(values.map { .integer($0) }) }

    private var totalSets: JSONValue { list(pools.map(\.setCount)) }
    private var drivesPerSet: JSONValue { list(pools.map(\.driveCountPerSet)) }

    /// The `backend` of `info`.
    var erasureJSON: JSONValue {
        [
            "backendType": "Erasure", "onlineDisks": .integer(onlineCount),
            "offlineDisks": .integer(drives.count - onlineCount),
            "standardSCParity": .integer(pools.first?.standardParity ?? 0),
            "rrSCParity": .integer(pools.first?.reducedParity ?? 0), "totalSets": totalSets,
            "totalDrivesPerSet": drivesPerSet,
        ]
    }

    /// The `Backend` of `storageinfo` and the `Server` of `accountinfo`.
    var backendJSON: JSONValue {
        var online = JSONObject()
        var offline = JSONObject()
        online[endpoint] = .integer(onlineCount)
        if onlineCount < drives.count { offline[endpoint] = .integer(drives.count - onlineCount) }
        return [
            // 2 is erasure coding.
            "Type": .integer(2), "GatewayOnline": .boolean(false), "OnlineDisks": .object(online),
            "OfflineDisks": .object(offline),
            "StandardSCData": list(pools.map { $0.driveCountPerSet - $0.standardParity }),
            "StandardSCParity": .integer(pools.first?.standardParity ?? 0),
            "StandardSCParities": list(pools.map(\.standardParity)),
            "RRSCData": list(pools.map { $0.driveCountPerSet - $0.reducedParity }),
            "RRSCParity": .integer(pools.first?.reducedParity ?? 0),
            "RRSCParities": list(pools.map(\.reducedParity)), "TotalSets": totalSets,
            "DrivesPerSet": drivesPerSet,
        ]
    }

    var drivesJSON: JSONValue { .array(drives.map(\.json)) }

    /// An entry of `servers` in `info`.
    var serverJSON: JSONValue {
        var network = JSONObject()
        network[endpoint] = "online"
        return [
            "state": "online", "endpoint": .string(endpoint), "scheme": .string(scheme),
            "uptime": .integer(uptime.components.seconds), "version": .string(version), "commitID": "",
            "network": .object(network), "drives": drivesJSON, "poolNumber": .integer(1),
            "poolNumbers": list(Array(1...max(1, pools.count))), "mem_stats": memory,
            "num_cpu": .integer(processorCount),
        ]
    }

    /// Of a garbage collector, which this server has not; clients want the keys.
    private var memory: JSONValue {
        ["Alloc": 0, "TotalAlloc": 0, "Mallocs": 0, "Frees": 0, "HeapAlloc": 0]
    }

    /// The `pools` of `info`: pools, in them sets, by their indices from 0.
    var poolsJSON: JSONValue {
        var answer = JSONObject()
        for (poolIndex, pool) in pools.enumerated() {
            var sets = JSONObject()
            for setIndex in 0..<pool.setCount {
                let members = drives.filter { $0.poolIndex == poolIndex && $0.setIndex == setIndex }
                let (used, total) = members.reduce((UInt64(0), UInt64(0))) {
                    ($0.0 + $1.usedSize, $0.1 + $1.totalSize)
                }
                sets["\(setIndex)"] = [
                    "id": .integer(setIndex), "rawUsage": .integer(used), "rawCapacity": .integer(total),
                    "usage": 0, "objectsCount": 0, "versionsCount": 0, "deleteMarkersCount": 0,
                    "healDisks": 0,
                    "onlineDisks": .integer(members.count(where: \.isOnline)),
                    "offlineDisks": .integer(members.count { !$0.isOnline }),
                ]
            }
            answer["\(poolIndex)"] = .object(sets)
        }
        return .object(answer)
    }
}

extension ServerOverview.Drive {
    fileprivate var json: JSONValue {
        var object = JSONObject()
        object.set("endpoint", .string(endpoint))
        object.set("path", .string(path))
        object.set("state", isOnline ? "ok" : "offline")
        object.set("uuid", id.map { .string("\($0)") })
        object.set("major", 0)
        object.set("minor", 0)
        object.set("totalspace", .integer(totalSize))
        object.set("usedspace", .integer(usedSize))
        object.set("availspace", .integer(availableSize))
        if totalSize > 0 {
            object.set("utilization", .number(JSONNumber(usedSize * 100 / totalSize)))
        }
        object.set("used_inodes", .integer(usedInodeCount))
        object.set("free_inodes", .integer(freeInodeCount))
        object.set("local", .boolean(true))
        object.set("pool_index", .integer(poolIndex))
        object.set("set_index", .integer(setIndex))
        object.set("disk_index", .integer(driveIndex))
        return .object(object)
    }
}

extension JSONValue: ExpressibleByIntegerLiteral {
    package init(integerLiteral value: Int) { self = .integer(value) }
}
