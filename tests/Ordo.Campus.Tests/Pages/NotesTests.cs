using Microsoft.Playwright;
using Ordo.Campus.Tests.Campus;

namespace Ordo.Campus.Tests.Pages;

public sealed class NotesTests(RunningCampus campus)
{
    private const string Notes = "/course/DB1-2026J/notes";
    private const string AtTheTop = "TOP: the hub decides nothing. ";
    private const string AtTheEnd = "END: we talk about clocks next week.";

    [Fact]
    public async Task Notes_converge_while_two_people_type_and_each_sees_the_others_cursor()
    {
        await using DevicePage lecturer = await campus.OpenAsync("lecturer", Notes);
        await using DevicePage student = await campus.OpenAsync("student", Notes);
        await Assertions.Expect(TextOf(student)).ToHaveValueAsync(new System.Text.RegularExpressions.Regex("offline first"));
        await TextOf(lecturer).PressAsync("Control+Home");
        await TextOf(student).PressAsync("Control+End");
        await Task.WhenAll(
            TextOf(lecturer).PressSequentiallyAsync(AtTheTop),
            TextOf(student).PressSequentiallyAsync(AtTheEnd));
        await ExpectSameAsync(lecturer, student, AtTheTop, AtTheEnd);
        await Assertions.Expect(lecturer.Page.Locator(".cursor-student")).ToHaveCountAsync(1);
        await Assertions.Expect(student.Page.Locator(".editor-person")).ToContainTextAsync("Ines");
        await lecturer.ShootAsync("campus-notes");

        await student.SwitchAsync("Offline");
        await TextOf(student).PressSequentiallyAsync(" Offline too.");
        await TextOf(lecturer).PressSequentiallyAsync("Online. ");
        await student.SwitchAsync("Online");
        await ExpectSameAsync(lecturer, student, AtTheTop + "Online. ", AtTheEnd + " Offline too.");
    }

    private static async Task ExpectSameAsync(DevicePage one, DevicePage other, string first, string last)
    {
        foreach (DevicePage device in (DevicePage[])[one, other])
        {
            await device.Page.WaitForFunctionAsync(
                "([first, last]) => { const text = document.querySelector('.editor-text').value;"
                + " return text.startsWith(first) && text.endsWith(last); }",
                new[] { first, last });
        }

        Assert.Equal(await TextOf(one).InputValueAsync(), await TextOf(other).InputValueAsync());
    }

    private static ILocator TextOf(DevicePage device) => device.Page.Locator(".editor-text");
}
