using System.Runtime.CompilerServices;
using Microsoft.Playwright;

namespace Ordo.Campus.Tests.Campus;

/// <summary>
/// Pictures of what the tests saw. They go to artifacts/screenshots; with ORDO_IMAGES=1 those that the documentation shows also go
/// to docs/images.
/// </summary>
internal static class Screenshots
{
    // What a page of documentation can bear.
    private const int BytesMax = 200_000;

    private static readonly string Repository = Find();

    public static async Task TakeAsync(IPage page, string name)
    {
        byte[] png = await page.ScreenshotAsync(new PageScreenshotOptions { Animations = ScreenshotAnimations.Disabled });
        await WriteAsync(Path.Combine(Repository, "artifacts", "screenshots"), name, png);
        if (Environment.GetEnvironmentVariable("ORDO_IMAGES") == "1" && name.StartsWith("campus-", StringComparison.Ordinal))
        {
            Assert.True(png.Length < BytesMax, $"{name}.png has {png.Length:N0} bytes; the documentation takes {BytesMax:N0}.");
            await WriteAsync(Path.Combine(Repository, "docs", "images"), name, png);
        }
    }

    private static Task WriteAsync(string folder, string name, byte[] png) =>
        File.WriteAllBytesAsync(Path.Combine(Directory.CreateDirectory(folder).FullName, $"{name}.png"), png);

    private static string Find([CallerFilePath] string here = "")
    {
        // A build in CI maps source paths; the binaries are below the repository in any case.
        DirectoryInfo? folder = new(File.Exists(here) ? Path.GetDirectoryName(here)! : AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Ordo.Sync.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException("The repository's root was not found above the tests.");
    }
}
