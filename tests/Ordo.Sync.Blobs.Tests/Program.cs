using Ordo.Sync.Blobs.Tests.Processes;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace Ordo.Sync.Blobs.Tests;

/// <summary>Runs the tests as any test project does, or, in a child of a test, the child's task.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        if (await ChildProgram.RunAsync() is { } code)
        {
            return code;
        }

        return args.Any(argument => argument is "--server" or "--internal-msbuild-node")
            ? await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            : await ConsoleRunner.Run(args);
    }
}
