namespace Ordo.Campus.Tests.Campus;

/// <summary>The end of a campus; that of the one which all tests share is checked when they are done.</summary>
public sealed class StoppingTests
{
    [Fact]
    public async Task Hub_and_devices_end_with_the_process_that_started_them_also_when_it_is_killed()
    {
        Assert.SkipWhen(RunningCampus.IsSkipped, "The tests of the campus are skipped.");
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The test finds processes in /proc.");
        string folder = Directory.CreateTempSubdirectory("ordo-campus-kill-").FullName;
        try
        {
            await using CampusProcess campus = await CampusProcess.StartAsync(folder);
            await campus.KillAsync();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
