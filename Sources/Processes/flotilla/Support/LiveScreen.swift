/// A block of lines at the end of a terminal that is drawn again in place.
actor LiveScreen {
    private var drawn = 0
    private var render: @Sendable (Int) -> [String] = { _ in [] }
    private var frame = 0
    private var stopped = false

    func show(_ render: @Sendable @escaping (Int) -> [String]) {
        self.render = render
        draw()
    }

    func tick() {
        frame += 1
        draw()
    }

    /// Draws a last time; nothing is drawn afterwards.
    func stop() {
        draw()
        stopped = true
    }

    private func draw() {
        guard !stopped else { return }
        let lines = render(frame)
        var text = drawn > 0 ? "\u{1B}[\(drawn)A\r" : ""
        // Lines are cut at the right border while drawing (DECAWM off), so that counting them stays right.
        text += "\u{1B}[?7l"
        for line in lines { text += "\u{1B}[2K\(line)\n" }
        text += "\u{1B}[J\u{1B}[?7h"
        drawn = lines.count
        Console.raw(text)
    }

    /// Turns the spinner until cancelled.
    nonisolated func spin() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(120))
            if Task.isCancelled { return }
            await tick()
        }
    }
}
