using Microsoft.Playwright;
using Ordo.Campus.Tests.Campus;

namespace Ordo.Campus.Tests.Pages;

public sealed class SyncPanelTests(RunningCampus campus)
{
    private const float AttemptMs = 10_000;
    private const int AttemptsMax = 12;

    [Fact]
    public async Task What_waits_offline_is_counted_and_gone_after_the_network_is_back()
    {
        await using DevicePage lecturer = await campus.OpenAsync("lecturer", "/course/NET-2026J/notes");
        await lecturer.SwitchAsync("Offline");
        foreach (string title in (string[])["Routing", "Congestion"])
        {
            await lecturer.Page.GetByLabel("Title of a new note").FillAsync(title);
            await lecturer.Button("Add the note").ClickAsync();
            await Assertions.Expect(lecturer.Button(title, isExact: false)).ToBeVisibleAsync();
        }

        await lecturer.SyncState.ClickAsync();
        await Assertions.Expect(FigureOf(lecturer, "Waiting for the hub")).Not.ToHaveTextAsync("0");
        await Assertions.Expect(lecturer.Page.Locator(".banner")).ToContainTextAsync("Offline.");
        await lecturer.Button("Sync now").ClickAsync();
        await Assertions.Expect(lecturer.Page.Locator(".chart-bar.is-broken").First).ToBeVisibleAsync();
        await lecturer.ShootAsync("campus-sync");
        await lecturer.SwitchAsync("Online");
        await Assertions.Expect(FigureOf(lecturer, "Waiting for the hub")).ToHaveTextAsync("0");
        await Assertions.Expect(lecturer.Page.Locator(".banner")).ToContainTextAsync("Healthy.");
    }

    [Fact]
    public async Task Devices_that_share_a_scope_show_the_same_digest()
    {
        await using DevicePage lecturer = await campus.OpenAsync("lecturer", "/sync");
        await using DevicePage student = await campus.OpenAsync("student", "/sync");

        // Both change while the campus fills itself: what is asked for is one moment at which they are the same.
        for (int attempt = 1; ; attempt++)
        {
            string digest = await DigestOf(lecturer).TextContentAsync() ?? string.Empty;
            Assert.Matches("^[0-9a-f]{16}", digest);
            try
            {
                await Assertions.Expect(DigestOf(student)).ToHaveTextAsync(
                    digest, new LocatorAssertionsToHaveTextOptions { Timeout = AttemptMs });
                return;
            }
            catch (PlaywrightException) when (attempt < AttemptsMax)
            {
                // One of them had more to come.
            }
        }
    }

    private static ILocator FigureOf(DevicePage device, string label) =>
        device.Page.Locator(".figure", new PageLocatorOptions { HasText = label }).Locator(".figure-value");

    private static ILocator DigestOf(DevicePage device) =>
        device.Page.Locator("tr", new PageLocatorOptions { HasText = "course/NET-2026J" }).Locator(".code");
}
