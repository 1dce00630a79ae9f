using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Ordo.Campus.Tests.Campus;

namespace Ordo.Campus.Tests.Pages;

public sealed class NotesTests(RunningCampus campus)
{
    private const string Notes = "/course/DB1-2026J/notes";
    private const string AtTheTop = "TOP: the hub decides nothing. ";
    private const string AtTheEnd = "END: we talk about clocks next week.";
    private const float AttemptMs = 10_000;
    private const int AttemptsMax = 6;

    [Fact]
    public async Task Notes_converge_while_two_people_type_and_each_sees_the_others_cursor()
    {
        await using DevicePage lecturer = await campus.OpenAsync("lecturer", Notes);
        await using DevicePage student = await campus.OpenAsync("student", Notes);
        foreach (DevicePage device in (DevicePage[])[lecturer, student])
        {
            // Before its text is shown, a page takes no keys.
            await Assertions.Expect(TextOf(device)).ToHaveValueAsync(new Regex("offline first"));
        }

        await TextOf(lecturer).PressAsync("Control+Home");
        await TextOf(student).PressAsync("Control+End");
        await Task.WhenAll(
            TextOf(lecturer).PressSequentiallyAsync(AtTheTop),
            TextOf(student).PressSequentiallyAsync(AtTheEnd));
        await ExpectSameAsync(lecturer, student, AtTheTop, AtTheEnd);
        await ExpectCursorBehindAsync(lecturer, "student", AtTheEnd);
        await ExpectCursorBehindAsync(student, "lecturer", AtTheTop);
        await Assertions.Expect(student.Page.Locator(".editor-person")).ToContainTextAsync("Ines");
        await lecturer.ShootAsync("campus-notes");

        await student.SwitchAsync("Offline");
        await TextOf(student).PressSequentiallyAsync(" Offline too.");
        await TextOf(lecturer).PressSequentiallyAsync("Online. ");
        await student.SwitchAsync("Online");
        await ExpectSameAsync(lecturer, student, AtTheTop + "Online. ", AtTheEnd + " Offline too.");
    }

    [Fact]
    public async Task A_cursor_stays_at_its_word_while_others_type_in_front_of_it_and_goes_when_its_device_falls_silent()
    {
        await using DevicePage lecturer = await campus.OpenAsync("lecturer", Notes);
        await using DevicePage student = await campus.OpenAsync("student", Notes);
        for (int attempt = 1; !await StaysWhileOthersTypeAsync(student, lecturer, "The device is the first"); attempt++)
        {
            Assert.True(attempt < AttemptsMax, "The cursor goes before anything can be typed.");
            await student.SwitchAsync("Online");
        }

        await Assertions.Expect(lecturer.Page.Locator(".cursor-student")).ToHaveCountAsync(0);
        await student.SwitchAsync("Online");
        await ExpectCursorBehindAsync(lecturer, "student", "The device is the first");
    }

    [Fact]
    public async Task The_cursor_of_a_browser_that_crashed_goes()
    {
        await using DevicePage lecturer = await campus.OpenAsync("lecturer", Notes);
        await using DevicePage student = await campus.OpenAsync("student", Notes);
        await ShowCursorBehindAsync(student, lecturer, "Open question");
        await student.CrashAsync();
        await Assertions.Expect(lecturer.Page.Locator(".cursor-student")).ToHaveCountAsync(0);
        await Assertions.Expect(lecturer.Page.Locator(".editor-person")).ToHaveCountAsync(0);
    }

    // A cursor that is silent goes after some seconds: on a busy machine before it was seen behind its word, which says nothing then.
    private static async Task<bool> StaysWhileOthersTypeAsync(DevicePage silent, DevicePage typing, string words)
    {
        await ShowCursorBehindAsync(silent, typing, words);
        await silent.SwitchAsync("Offline");
        await TextOf(typing).PressAsync("Control+Home");
        await typing.Page.Keyboard.InsertTextAsync("In front: ");
        IJSHandle seen = await typing.Page.WaitForFunctionAsync(
            """
            ([role, words]) => {
              const cursor = document.querySelector(`.cursor-${role}`);
              return !cursor ? 'gone' : cursor.previousSibling?.textContent.endsWith(words) ? 'behind' : null;
            }
            """,
            new[] { silent.Role, words });
        return await seen.JsonValueAsync<string>() == "behind";
    }

    // A page is shown before it is alive; a caret that is put somewhere meanwhile is told to nobody.
    private static async Task ShowCursorBehindAsync(DevicePage editor, DevicePage watcher, string words)
    {
        for (int attempt = 1; ; attempt++)
        {
            await PutCaretBehindAsync(editor, words[..1]);
            await PutCaretBehindAsync(editor, words);
            try
            {
                await ExpectCursorBehindAsync(watcher, editor.Role, words, AttemptMs);
                return;
            }
            catch (TimeoutException) when (attempt < AttemptsMax)
            {
                await editor.Page.BringToFrontAsync();
            }
        }
    }

    private static async Task PutCaretBehindAsync(DevicePage device, string words) => await TextOf(device).EvaluateAsync(
        "(area, words) => { const at = area.value.indexOf(words) + words.length; area.focus(); area.setSelectionRange(at, at); }", words);

    private static async Task ExpectCursorBehindAsync(DevicePage device, string role, string words, float? timeout = null) =>
        await device.Page.WaitForFunctionAsync(
            "([role, words]) => document.querySelector(`.cursor-${role}`)?.previousSibling?.textContent.endsWith(words)",
            new[] { role, words },
            new PageWaitForFunctionOptions { Timeout = timeout });

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
