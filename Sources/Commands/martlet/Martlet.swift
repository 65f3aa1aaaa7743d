import Host
import Server

@main
struct Martlet {
    static func main() {
        ServerProgram.main(
            arguments: Array(CommandLine.arguments.dropFirst()),
            environment: Environment.variables
        )
    }
}
