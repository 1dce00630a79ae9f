using Microsoft.Playwright;
using Ordo.Campus.Tests.Campus;

namespace Ordo.Campus.Tests.Pages;

public sealed class ForumTests(RunningCampus campus)
{
    private const string Forum = "/course/DB1-2026J/forum";
    private const string Thread = "Lab on Thursday moves to the basement";

    // Milliseconds. Seconds, mostly; what was lost five times in a row waits longer.
    private const float Patience = 60_000;

    [Fact]
    public async Task A_post_shows_in_the_other_browser_by_itself_and_one_written_offline_follows()
    {
        await using DevicePage lecturer = await OpenAsync("lecturer");
        await using DevicePage student = await OpenAsync("student");
        await ReplyAsync(lecturer, "Bring a charger, too.");
        await ExpectLastAsync(student, "Bring a charger, too.");

        await student.SwitchAsync("Offline");
        await ReplyAsync(student, "Written in the basement.");
        await ExpectLastAsync(student, "Written in the basement.");
        await Assertions.Expect(lecturer.Page.Locator(".post").Last).ToContainTextAsync("Bring a charger, too.");
        await student.SwitchAsync("Online");
        await ExpectLastAsync(lecturer, "Written in the basement.");
        await lecturer.ShootAsync("campus-forum");
    }

    [Fact]
    public async Task Over_networks_that_lose_every_third_request_posts_come_all_the_same()
    {
        await using DevicePage registrar = await OpenAsync("registrar");
        await using DevicePage student = await OpenAsync("student");
        await registrar.SwitchAsync("Flaky");
        await student.SwitchAsync("Flaky");
        await ReplyAsync(student, "Between two masts.");
        await ExpectLastAsync(registrar, "Between two masts.", Patience);
        await ReplyAsync(registrar, "Heard you.");
        await ExpectLastAsync(student, "Heard you.", Patience);
    }

    // The newest thread is open at first, of those that have arrived by then: the first minute of a campus shows others.
    private async Task<DevicePage> OpenAsync(string role)
    {
        DevicePage device = await campus.OpenAsync(role, Forum);
        await device.Button(Thread, isExact: false).ClickAsync();
        return device;
    }

    private static async Task ReplyAsync(DevicePage device, string text)
    {
        await device.Page.Locator("#reply").FillAsync(text);
        await device.Button("Reply").ClickAsync();
    }

    private static Task ExpectLastAsync(DevicePage device, string text, float? patience = null) =>
        Assertions.Expect(device.Page.Locator(".post").Last)
            .ToContainTextAsync(text, new LocatorAssertionsToContainTextOptions { Timeout = patience });
}
