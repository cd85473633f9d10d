internal import ResourceModel

/// The whole documents of `/openapi/v2` and `/openapi/v3`.
///
/// No path lists what it consumes: kubectl then makes its patches by its own knowledge of the kinds.
enum OpenAPIDocument {
    static func v3(_ resources: [ResourceDefinition], path: String, version: String) -> Value {
        var paths: [String: Value] = [:]
        for resource in resources {
            let prefix = resource.isNamespaced ? "/\(path)/namespaces/{namespace}" : "/\(path)"
            paths["\(prefix)/\(resource.plural)/{name}"] = [
                "patch": [
                    "x-kubernetes-action": "patch",
                    "x-kubernetes-group-version-kind": OpenAPIDefinitions.identity(resource),
                    "parameters": .array(
                        ["fieldValidation", "dryRun"].map { name in
                            [
                                "name": .string(name), "in": "query",
                                "schema": ["type": "string", "uniqueItems": true],
                            ]
                        }), "responses": ["200": ["description": "OK"]],
                ]
            ]
        }
        return [
            "openapi": "3.0.0", "info": ["title": "Kubernetes", "version": .string(version)],
            "paths": .object(paths),
            "components": ["schemas": .object(OpenAPIDefinitions(.v3, resources).schemas)],
        ]
    }

    static func v2(_ resources: [ResourceDefinition], version: String) -> Value {
        var paths: [String: Value] = [:]
        for resource in resources {
            let root = resource.group.isEmpty ? "/api/v1" : "/apis/\(resource.apiVersion)"
            let prefix = resource.isNamespaced ? "\(root)/namespaces/{namespace}" : root
            paths["\(prefix)/\(resource.plural)/{name}"] = [
                "patch": [
                    "x-kubernetes-action": "patch",
                    "x-kubernetes-group-version-kind": OpenAPIDefinitions.identity(resource),
                    "parameters": .array(
                        ["fieldValidation", "dryRun"].map { name in
                            ["name": .string(name), "in": "query", "type": "string", "uniqueItems": true]
                        }), "responses": ["200": ["description": "OK"]],
                ]
            ]
        }
        return [
            "swagger": "2.0", "info": ["title": "Kubernetes", "version": .string(version)],
            "paths": .object(paths), "definitions": .object(OpenAPIDefinitions(.v2, resources).schemas),
        ]
    }
}
