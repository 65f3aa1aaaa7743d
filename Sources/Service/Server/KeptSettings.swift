internal import AdminService
internal import Base
internal import Configuration
internal import Engine
internal import IAM
internal import Telemetry
internal import Topology

/// The groups of settings that administrators can keep on the drives: those of MinIO's that this server obeys.
enum KeptSettings {
    /// - Parameters:
    ///   - given: at start.
    ///   - setSize: drives in an erasure set.
    static func groups(_ given: ServerSettings, setSize: Int) -> [SettingGroup] {
        descriptions.map { name, description in
            SettingGroup(
                name,
                description,
                Configuration.keptSettings.filter { $0.group == name }.map { setting($0, given) },
                objection: { values in
                    let kept = values.map { StoredValue(group: name, key: $0.key, value: $0.value) }
                    return objection(to: given.over(kept), setSize: setSize)
                }
            )
        }
    }

    private static let descriptions = [
        ("site", "label the server and its location"),
        ("api", "manage global HTTP API call specific features"),
        ("storage_class", "define object level redundancy"),
        ("scanner", "set the pace of work in the background"),
    ]

    private static func setting(_ kept: KeptSetting, _ given: ServerSettings) -> Setting {
        Setting(
            kept.key,
            kept.meaning,
            type: kept.type,
            default: kept.defaultValue,
            variable: "MARTLET_\(kept.name)",
            overriding: given.given[kept.name].map { ($0.source.name, $0.text) },
            isDynamic: LiveSettings.dynamicNames.contains(kept.name),
            // MinIO moved it.
            formerName: kept.name == "REGION" ? ("region", "name") : nil,
            objection: { kept.objection(to: $0) }
        )
    }

    /// What no set of that size can do.
    static func objection(to settings: ServerSettings, setSize: Int) -> String? {
        let classes = settings.storageClasses
        do throws(TopologyError) {
            _ = try StorageClassParity(
                setSize: setSize,
                standard: classes.standard,
                reducedRedundancy: classes.reduced
            )
            return nil
        } catch {
            return "\(error)"
        }
    }

    /// What is kept, for the start. Only where there is nothing, nothing is kept: drives that do not answer are asked a few
    /// times.
    ///
    /// - Parameters:
    ///   - storage: of the drives.
    ///   - logger: `nil` before they are settled: they are asked once, and again when they are.
    /// - Throws: ``EngineOpeningError/keptSettings(reason:)`` for what is there, or may be, and cannot be read.
    static func load(
        _ storage: any IAMStorage,
        _ given: ServerSettings,
        setSize: Int,
        decryption: any IAMDecryption,
        _ logger: Logger?,
        time: any TimeSource = SystemTime()
    ) async throws(EngineOpeningError) -> [StoredValue] {
        let store = SettingStore(
            groups: groups(given, setSize: setSize),
            storage: storage,
            decryption: decryption
        )
        var attempt = 1
        while true {
            do throws(AdminError) {
                return try await load(store, given, setSize: setSize, logger)
            } catch {
                let mayReturn = error.code == AdminError.Code.storageUnavailable.rawValue
                guard mayReturn, logger != nil, attempt < attemptsMax else {
                    throw .keptSettings(reason: error.message)
                }
            }
            attempt += 1
            await time.sleep(for: .seconds(1))
        }
    }

    private static let attemptsMax = 5

    private static func load(
        _ store: SettingStore,
        _ given: ServerSettings,
        setSize: Int,
        _ logger: Logger?
    ) async throws(AdminError) -> [StoredValue] {
        let disregarded = try await store.disregarded()
        if !disregarded.isEmpty {
            logger?.warning(
                "settings kept on the drives that this server does not know or cannot use are not obeyed",
                ["settings": .text(disregarded.joined(separator: ", "))]
            )
        }
        let values = try await store.effectiveValues()
        guard let objection = objection(to: given.over(values), setSize: setSize) else { return values }
        // What was given at start is the operator's word, and a start error where it is wrong.
        guard self.objection(to: given, setSize: setSize) == nil else { return values }
        logger?.error(
            "the storage classes kept on the drives cannot be used, the defaults hold",
            ["reason": .text(objection)]
        )
        return values.filter { $0.group != "storage_class" }
    }
}

extension ServerSettings {
    /// `EC:N`, or empty for what the number of drives decides. The default of the reduced class holds wherever a set has
    /// room for it; a number of one's own has to fit.
    var storageClasses: (standard: String, reduced: String) {
        let isDefault = reducedRedundancyParity == ServerSettings().reducedRedundancyParity
        return (standardParity.map { "EC:\($0)" } ?? "", isDefault ? "" : "EC:\(reducedRedundancyParity)")
    }
}
