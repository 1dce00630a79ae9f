using Microsoft.Playwright;
using Ordo.Sync.Documentation.Tests;

namespace Ordo.Campus.Tests.Campus;

/// <summary>
/// Pictures of what the tests saw. They go to artifacts/screenshots; with ORDO_IMAGES=1 those that the documentation shows also go
/// to docs/images.
/// </summary>
internal static class Screenshots
{
    // What a page of documentation can bear.
    private const int BytesMax = 200_000;

    public static async Task TakeAsync(IPage page, string name)
    {
        byte[] png = await page.ScreenshotAsync(new PageScreenshotOptions { Animations = ScreenshotAnimations.Disabled });
        await WriteAsync(Path.Combine(Checkout.Root, "artifacts", "screenshots"), name, png);
        if (Environment.GetEnvironmentVariable("ORDO_IMAGES") == "1" && name.StartsWith("campus-", StringComparison.Ordinal))
        {
            Assert.True(png.Length < BytesMax, $"{name}.png has {png.Length:N0} bytes; the documentation takes {BytesMax:N0}.");
            await WriteAsync(Path.Combine(Checkout.Root, "docs", "images"), name, png);
        }
    }

    private static Task WriteAsync(string folder, string name, byte[] png) =>
        File.WriteAllBytesAsync(Path.Combine(Directory.CreateDirectory(folder).FullName, $"{name}.png"), png);
}
