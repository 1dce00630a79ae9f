using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Ordo.Campus.Tests.Campus;

namespace Ordo.Campus.Tests.Pages;

public sealed class AccessibilityTests(RunningCampus campus)
{
    private static readonly string[] Paths =
    [
        "/", "/course/ETH-2026J/grades", "/course/ETH-2026J/forum", "/course/DB1-2026J/notes", "/course/ETH-2026J/files", "/people",
        "/credentials", "/sync", "/course/ETH-2026J/grades?grade=10031%2F201",
    ];

    [Fact]
    public async Task Axe_finds_nothing_on_any_page_by_day_and_by_night()
    {
        await using DevicePage registrar = await campus.OpenAsync("registrar", "/");
        foreach (string path in Paths)
        {
            await registrar.GoAsync(path);
            await (path.Contains("grade=", StringComparison.Ordinal)
                ? Assertions.Expect(registrar.Panel.Locator(".timeline > li")).ToHaveCountAsync(1)
                : Assertions.Expect(registrar.Page.Locator(".nav-course")).ToHaveCountAsync(3));
            await CheckAsync(registrar, path, ColorScheme.Light, new AxeRunOptions());

            // By night nothing differs but the colours.
            await CheckAsync(
                registrar, path, ColorScheme.Dark, new AxeRunOptions { RunOnly = RunOnlyOptions.Rules("color-contrast") });
            await registrar.ShootAsync($"dark-{Array.IndexOf(Paths, path)}");
        }
    }

    [Fact]
    public async Task The_keyboard_alone_opens_and_closes_a_grade_and_switches_the_network()
    {
        await using DevicePage lecturer = await campus.OpenAsync("lecturer", "/course/ETH-2026J/grades");
        ILocator cell = lecturer.Button("Zoltan Horvat, TMA 1", isExact: false);
        await cell.FocusAsync();
        await lecturer.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(lecturer.Panel).ToBeVisibleAsync();
        Assert.True(await HasFocusAsync(lecturer, "dialog *"), "The focus is not inside the dialog.");
        await lecturer.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(lecturer.Panel).ToHaveCountAsync(0);
        await Assertions.Expect(cell).ToBeFocusedAsync();

        await lecturer.Page.GetByRole(AriaRole.Radio, new PageGetByRoleOptions { Name = "Online" }).FocusAsync();
        await lecturer.Page.Keyboard.PressAsync("ArrowRight");
        await Assertions.Expect(lecturer.SyncState).ToContainTextAsync("Offline");
    }

    [Fact]
    public async Task A_phone_shows_every_page_without_scrolling_sideways()
    {
        await using DevicePage student = await campus.OpenAsync("student", "/");
        await student.Page.SetViewportSizeAsync(390, 780);
        foreach (string path in Paths.Where(path => !path.Contains("ETH", StringComparison.Ordinal)).Append("/course/DB1-2026J/grades"))
        {
            await student.GoAsync(path);
            await Assertions.Expect(student.Page.Locator(".nav-course")).ToHaveCountAsync(2);
            int overhang = await student.Page.EvaluateAsync<int>(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth");
            Assert.True(overhang <= 0, $"{path} is {overhang} pixels too wide.");
        }

        await student.ShootAsync("phone-grades");
    }

    private static async Task CheckAsync(DevicePage device, string path, ColorScheme scheme, AxeRunOptions options)
    {
        await device.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
        AxeResult result = await device.Page.RunAxe(options);
        Assert.NotEmpty(result.Passes);
        Assert.True(
            result.Violations.Length == 0, $"{path}, {scheme}:\n{string.Join('\n', result.Violations.Select(Describe))}");
    }

    private static Task<bool> HasFocusAsync(DevicePage device, string selector) =>
        device.Page.EvaluateAsync<bool>("selector => document.activeElement.matches(selector)", selector);

    private static string Describe(AxeResultItem item) =>
        $"{item.Id}: {item.Help}\n  " + string.Join("\n  ", item.Nodes.Take(4).Select(node => node.Html));
}
