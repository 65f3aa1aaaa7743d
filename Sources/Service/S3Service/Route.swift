package import HTTP
internal import S3API

/// Which requests an operation answers.
///
///     PUT /bucket/key?partNumber=1&uploadId=…    x-amz-copy-source: …
///     method  level   needs parameters           needs header
///
/// Of two routes that fit, the one that needs more is meant. Parameters that no route knows are ignored, as
/// S3 does; what asks for an unbuilt feature is a ``Subresource``.
package struct Route: Sendable, Hashable {
    package enum Level: Sendable, Hashable, CaseIterable {
        /// `/`
        case service
        /// `/bucket`
        case bucket
        /// `/bucket/key`
        case object
    }

    package enum Need: Sendable, Hashable {
        case parameter(String)
        case parameterValue(String, String)
        /// Lower case.
        case header(String)
        /// A body that is a form.
        case form
    }

    package let method: RequestMethod
    package let level: Level
    package let needs: Set<Need>
    /// The sub-resource it is about; at most one.
    let subresource: String?

    package init(_ method: RequestMethod, _ level: Level, needs: Need...) {
        self.method = method
        self.level = level
        self.needs = Set(needs)
        subresource = needs.lazy.compactMap(\.parameter).first { Subresource.names.contains($0) }
    }

    func fits(_ request: S3Request) -> Bool { request.method == method && fitsBesidesMethod(request) }

    /// Whether a request with the method would fit, which this one need not have.
    func fitsBesidesMethod(_ request: S3Request) -> Bool {
        guard request.level == level else { return false }
        return needs.allSatisfy { need in
            switch need {
            case .parameter(let name): request.query[name] != nil
            case .parameterValue(let name, let value): request.query[name] == value
            case .header(let name): request.header(name) != nil
            case .form: request.hasForm
            }
        }
    }

    /// Whether the request's fields and its signature come with the body, so that it has to be read for them.
    package var needsForm: Bool { needs.contains(.form) }
}

extension Route.Need {
    /// The name of the parameter that must be there.
    fileprivate var parameter: String? {
        switch self {
        case .parameter(let name), .parameterValue(let name, _): name
        case .header, .form: nil
        }
    }
}
