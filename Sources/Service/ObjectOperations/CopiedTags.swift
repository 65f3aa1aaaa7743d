internal import Engine
internal import S3API
internal import S3Service
internal import XLMeta

/// Which tags a copy gets: its source's, whatever becomes of the other metadata, or those of the request.
enum CopiedTags: Sendable, Hashable {
    case source
    /// `nil` for none.
    case request(Tagging?)

    /// - Throws: ``S3Error/Code-swift.enum/invalidArgument`` for another directive;
    ///   ``S3Error/Code-swift.enum/invalidTag``.
    init(of request: S3Request) throws(S3Error) {
        switch request.header(S3Header.taggingDirective)?.uppercased() {
        case nil, "", "COPY": self = .source
        case "REPLACE": self = .request(try request.tagging)
        case .some(let other):
            throw S3Error(
                .invalidArgument,
                "Unknown tagging directive.",
                fields: [
                    S3Error.Field("ArgumentName", S3Header.taggingDirective),
                    S3Error.Field("ArgumentValue", other),
                ]
            )
        }
    }

    /// Whether the request brings tags.
    var areNew: Bool {
        switch self {
        case .source, .request(nil): false
        case .request(_?): true
        }
    }

    func areTaken(from version: ObjectVersion) -> Bool {
        switch self {
        case .source: version.metadata(UserMetadataKey.tagging)?.isEmpty == false
        case .request: false
        }
    }

    /// For `MetaUsr`.
    func stored(from version: ObjectVersion) -> [(name: String, value: String)] {
        switch self {
        case .source:
            version.metadata(UserMetadataKey.tagging).map {
                $0.isEmpty ? [] : [(UserMetadataKey.tagging, $0)]
            } ?? []
        case .request(let tagging): tagging?.stored ?? []
        }
    }
}
