using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Ordo.Campus.Tests.Campus;

namespace Ordo.Campus.Tests.Pages;

public sealed class GradebookTests(RunningCampus campus)
{
    private const string Gradebook = "/course/DB1-2026J/grades";
    private const string Grade = "Oskar Gupta, TMA 2";
    private const string Reason = "The exam sheet says 78.";

    [Fact]
    public async Task Two_devices_edit_one_grade_offline_and_the_registrar_decides()
    {
        await using DevicePage lecturer = await campus.OpenAsync("lecturer", Gradebook);
        await using DevicePage registrar = await campus.OpenAsync("registrar", Gradebook);
        await using DevicePage student = await campus.OpenAsync("student", Gradebook);
        DevicePage[] editors = [lecturer, registrar];
        foreach (DevicePage editor in editors)
        {
            await editor.SwitchAsync("Offline");
        }

        await EditAsync(lecturer, "78");
        await EditAsync(registrar, "82");
        foreach (DevicePage editor in editors)
        {
            await Assertions.Expect(editor.SyncState).ToContainTextAsync("1 change waiting");
            await editor.SwitchAsync("Online");
        }

        foreach (DevicePage device in (DevicePage[])[lecturer, registrar, student])
        {
            await Assertions.Expect(CellOf(device)).ToHaveAccessibleNameAsync(new Regex("awaits approval"));
        }

        await lecturer.ShootAsync("campus-gradebook");
        await student.GoAsync("/");
        await Assertions.Expect(student.Page.Locator(".list")).ToContainTextAsync("Awaits approval");
        await student.ShootAsync("campus-overview");
        await student.GoAsync(Gradebook);
        await CellOf(lecturer).ClickAsync();
        await Assertions.Expect(lecturer.Panel).ToContainTextAsync("2 versions disagree");
        await Assertions.Expect(lecturer.Button("Approve")).ToHaveCountAsync(0);
        await CellOf(registrar).ClickAsync();
        await ApproveAsync(registrar);
        foreach (DevicePage device in editors)
        {
            await Assertions.Expect(device.Panel.Locator(".badge").First).ToHaveTextAsync("Approved");
            await Assertions.Expect(device.Panel.Locator(".now-value")).ToHaveTextAsync("78");
            await Assertions.Expect(device.Panel.Locator(".timeline-reason")).ToContainTextAsync(Reason);
            await Assertions.Expect(device.Panel.Locator(".timeline > li")).ToHaveCountAsync(4);
        }

        await lecturer.ShootAsync("campus-history");
        await Assertions.Expect(CellOf(student)).ToHaveAccessibleNameAsync($"{Grade}: 78, approved");
        await CellOf(student).ClickAsync();
        await Assertions.Expect(student.Panel.GetByLabel("New score")).ToHaveCountAsync(0);
        await Assertions.Expect(student.Panel.Locator(".timeline-reason")).ToContainTextAsync(Reason);
    }

    private static async Task EditAsync(DevicePage device, string score)
    {
        await CellOf(device).ClickAsync();
        await device.Panel.GetByLabel("New score").FillAsync(score);
        await device.Panel.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Save" }).ClickAsync();
        await Assertions.Expect(device.Panel.Locator(".now-value")).ToHaveTextAsync(score);
        await device.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(device.Panel).ToHaveCountAsync(0);
    }

    private static async Task ApproveAsync(DevicePage registrar)
    {
        ILocator side = registrar.Panel.Locator(".side-choice", new LocatorLocatorOptions { HasText = "Ines Okafor" });
        await Assertions.Expect(side).ToContainTextAsync("78");
        await side.ClickAsync();
        await registrar.Panel.GetByLabel("Reason").FillAsync(Reason);
        await registrar.ShootAsync("campus-approve");
        await registrar.Button("Approve").ClickAsync();
    }

    private static ILocator CellOf(DevicePage device) => device.Button(Grade, isExact: false);
}
