/// Numbers for templates: unique within one rendering.
final class TemplateCounter {
    private var last = 0

    func next() -> Int {
        last += 1
        return last
    }
}
