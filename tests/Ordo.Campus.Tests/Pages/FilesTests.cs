using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Ordo.Campus.Tests.Campus;

namespace Ordo.Campus.Tests.Pages;

public sealed class FilesTests(RunningCampus campus)
{
    private const string Files = "/course/DB1-2026J/files";
    private const int Bytes = 20 * 1024 * 1024;
    private const string Name = "lecture-1.mp4";

    [Fact]
    public async Task An_attachment_of_20_MB_survives_a_cut_and_arrives_whole()
    {
        byte[] content = new byte[Bytes];
        new Random(20).NextBytes(content);
        string folder = Directory.CreateTempSubdirectory("ordo-attachment-").FullName;
        try
        {
            string path = Path.Combine(folder, Name);
            await File.WriteAllBytesAsync(path, content);
            await using DevicePage lecturer = await campus.OpenAsync("lecturer", Files);
            await using DevicePage student = await campus.OpenAsync("student", Files);
            await lecturer.SwitchAsync("Slow");
            await lecturer.Page.Locator("#upload").SetInputFilesAsync(path);
            ILocator row = RowOf(lecturer);
            await Assertions.Expect(row).ToContainTextAsync(new Regex("To the hub [1-9]"));
            await lecturer.ShootAsync("campus-files");
            await lecturer.SwitchAsync("Offline");
            await Assertions.Expect(row).ToContainTextAsync("Waits");
            await lecturer.SwitchAsync("Online");
            await Assertions.Expect(row).ToContainTextAsync("Here and at the hub");

            await RowOf(student).GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Fetch" }).ClickAsync();
            await Assertions.Expect(RowOf(student)).ToContainTextAsync("Here and at the hub");
            IDownload download = await student.Page.RunAndWaitForDownloadAsync(() =>
                RowOf(student).GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = "Save" }).ClickAsync());
            Assert.Equal(Name, download.SuggestedFilename);
            await using Stream received = await download.CreateReadStreamAsync();
            Assert.Equal(SHA256.HashData(content), await SHA256.HashDataAsync(received));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static ILocator RowOf(DevicePage device) => device.Page.Locator($"li[data-file='{Name}']");
}
