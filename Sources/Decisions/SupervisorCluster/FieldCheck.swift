internal import ResourceModel

/// Field validation: which fields of a body its kind does not know.
enum FieldCheck {
    /// Dotted paths of unknown fields, in the order a strict decoder reports them; they are removed from the object.
    static func check(_ object: inout Value, _ resource: ResourceDefinition) throws(APIStatus) -> [String] {
        if resource.isCustom { return CustomResourceRules.prune(&object, resource) }
        return []
    }
}
