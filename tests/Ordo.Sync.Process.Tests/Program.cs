using Ordo.Sync.Process.Tests.Writers;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace Ordo.Sync.Process.Tests;

/// <summary>
/// The entry point: this assembly is both the test runner and, with an order in its environment, a process that writes. What
/// xUnit generates would know the first only.
/// </summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        if (WriterOrder.Mine() is { } order)
        {
            await WriterProgram.RunAsync(order);
            return 0;
        }

        return args.Any(arg => arg is "--server" or "--internal-msbuild-node")
            ? await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            : await ConsoleRunner.Run(args);
    }
}
