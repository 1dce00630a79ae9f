using Microsoft.Playwright;
using Ordo.Campus.Tests.Campus;

namespace Ordo.Campus.Tests.Pages;

public sealed class PeopleTests(RunningCampus campus)
{
    [Fact]
    public async Task Different_fields_merge_and_a_value_that_lost_is_shown()
    {
        await using DevicePage lecturer = await campus.OpenAsync("lecturer", "/people");
        await using DevicePage registrar = await campus.OpenAsync("registrar", "/people");
        await lecturer.SwitchAsync("Offline");
        await registrar.SwitchAsync("Offline");
        await EditAsync(lecturer, ("Office", "Room 4.12"), ("Phone", "+43 316 555 77"));
        await EditAsync(registrar, ("Office", "Room 4.13"), ("About", "Office hours on Tuesdays."));
        await lecturer.SwitchAsync("Online");
        await registrar.SwitchAsync("Online");
        foreach (DevicePage device in (DevicePage[])[lecturer, registrar])
        {
            ILocator person = PersonOf(device);
            await Assertions.Expect(person).ToContainTextAsync("+43 316 555 77");
            await Assertions.Expect(person).ToContainTextAsync("Office hours on Tuesdays.");
            await Assertions.Expect(person.Locator(".facts")).ToContainTextAsync("Room 4.13");
            await Assertions.Expect(person.Locator(".lost-value")).ToHaveTextAsync("Room 4.12");
        }

        await lecturer.ShootAsync("campus-people");
    }

    private static async Task EditAsync(DevicePage device, params (string Field, string Text)[] edits)
    {
        ILocator person = PersonOf(device);
        await person.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Edit" }).ClickAsync();
        foreach ((string field, string text) in edits)
        {
            await person.GetByLabel(field).FillAsync(text);
        }

        await person.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Save" }).ClickAsync();
        await Assertions.Expect(person.Locator(".facts")).ToContainTextAsync(edits[0].Text);
    }

    private static ILocator PersonOf(DevicePage device) =>
        device.Page.GetByRole(AriaRole.Region, new PageGetByRoleOptions { Name = "Ines Okafor" });
}
