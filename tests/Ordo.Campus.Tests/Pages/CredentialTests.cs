using Microsoft.Playwright;
using Ordo.Campus.Tests.Campus;

namespace Ordo.Campus.Tests.Pages;

public sealed class CredentialTests(RunningCampus campus)
{
    private const string Credential = "c-2026-0119";

    [Fact]
    public async Task A_disputed_credential_is_refused_until_the_registrar_resolves_it()
    {
        await using DevicePage lecturer = await campus.OpenAsync("lecturer", "/credentials");
        await using DevicePage registrar = await campus.OpenAsync("registrar", "/credentials");
        await lecturer.SwitchAsync("Offline");
        await registrar.SwitchAsync("Offline");
        await EditAsync(lecturer, "Distinction");
        await EditAsync(registrar, "Pass");
        await lecturer.SwitchAsync("Online");
        await registrar.SwitchAsync("Online");
        foreach (DevicePage device in (DevicePage[])[lecturer, registrar])
        {
            await Assertions.Expect(CardOf(device)).ToContainTextAsync("Locked");
            await Assertions.Expect(CardOf(device)).Not.ToContainTextAsync("Sofia");
        }

        await lecturer.ShootAsync("campus-credentials");
        await registrar.Button($"Resolve {Credential}").ClickAsync();
        await registrar.Panel.Locator(".side-choice", new LocatorLocatorOptions { HasText = "Distinction" }).ClickAsync();
        await registrar.Panel.GetByLabel("Reason").FillAsync("The board's minutes of 12 November.");
        await registrar.Button("Resolve").ClickAsync();
        foreach (DevicePage device in (DevicePage[])[lecturer, registrar])
        {
            await Assertions.Expect(CardOf(device)).ToContainTextAsync("MSc Data Science, Distinction");
            await Assertions.Expect(CardOf(device)).ToContainTextAsync("Approved");
        }
    }

    private static async Task EditAsync(DevicePage device, string classification)
    {
        await device.Button($"Edit {Credential}").ClickAsync();
        await device.Panel.GetByLabel("Classification").FillAsync(classification);
        await device.Button("Save").ClickAsync();
        await device.Button("Close").ClickAsync();
        await Assertions.Expect(CardOf(device)).ToContainTextAsync(classification);
    }

    private static ILocator CardOf(DevicePage device) =>
        device.Page.GetByRole(AriaRole.Region, new PageGetByRoleOptions { Name = Credential });
}
