internal import XML

/// The answer to DeleteObjects.
package struct DeleteResult: Sendable, Hashable {
    package enum Entry: Sendable, Hashable {
        /// `versionID` is the one asked for; `deleteMarkerVersionID` that of the marker made or removed.
        case deleted(key: String, versionID: String?, isDeleteMarker: Bool, deleteMarkerVersionID: String?)
        case failed(key: String, versionID: String?, code: S3Error.Code, message: String)
    }

    package var entries: [Entry]

    /// A quiet request's result holds failures only; leaving the others out is the caller's part.
    package init(entries: [Entry]) { self.entries = entries }

    package var xml: [UInt8] {
        document("DeleteResult") { writer in
            for entry in entries {
                switch entry {
                case .deleted(let key, let versionID, let isDeleteMarker, let markerVersionID):
                    writer.element("Deleted") { writer in
                        writer.element("Key", key)
                        writer.element(ifPresent: "VersionId", versionID)
                        if isDeleteMarker { writer.element("DeleteMarker", true) }
                        writer.element(ifPresent: "DeleteMarkerVersionId", markerVersionID)
                    }
                case .failed(let key, let versionID, let code, let message):
                    writer.element("Error") { writer in
                        writer.element("Key", key)
                        writer.element(ifPresent: "VersionId", versionID)
                        writer.element("Code", code.rawValue)
                        writer.element("Message", message)
                    }
                }
            }
        }
    }
}
