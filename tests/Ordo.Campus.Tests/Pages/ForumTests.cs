using Microsoft.Playwright;
using Ordo.Campus.Tests.Campus;

namespace Ordo.Campus.Tests.Pages;

public sealed class ForumTests(RunningCampus campus)
{
    private const string Forum = "/course/DB1-2026J/forum";

    [Fact]
    public async Task A_post_shows_in_the_other_browser_by_itself_and_one_written_offline_follows()
    {
        await using DevicePage lecturer = await campus.OpenAsync("lecturer", Forum);
        await using DevicePage student = await campus.OpenAsync("student", Forum);
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

    private static async Task ReplyAsync(DevicePage device, string text)
    {
        await device.Page.Locator("#reply").FillAsync(text);
        await device.Button("Reply").ClickAsync();
    }

    private static Task ExpectLastAsync(DevicePage device, string text) =>
        Assertions.Expect(device.Page.Locator(".post").Last).ToContainTextAsync(text);
}
