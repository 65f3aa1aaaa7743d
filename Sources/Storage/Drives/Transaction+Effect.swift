import XLMeta

extension Transaction.Change {
    var effect: OpenTransaction.Effect {
        switch self {
        case .put(let object, _, _), .complete(let object, _, _):
            .version(id: object.versionID, modified: object.modificationTime)
        case .putDeleteMarker(let marker): .marker(id: marker.versionID, modified: marker.modificationTime)
        case .amend(let object):
            .amendment(
                id: object.versionID,
                modified: object.modificationTime,
                signature: XLVersion.object(object).header.signature
            )
        case .remove(let versionID): .removal(versionID: versionID)
        case .putPart(let number, let dataDirectory, let metadata):
            .part(number: number, dataDirectory: dataDirectory, metadata: metadata)
        }
    }
}
