using Ordo.Sync.Process.Tests.Processes;

namespace Ordo.Sync.Process.Tests.Stores;

/// <summary>What must hold when all has come to rest: every file is sound, and every device has every grade and no other.</summary>
internal static class Everywhere
{
    public static async Task AssertAllAsync(Trial trial, params IReadOnlyList<string> devices)
    {
        await StoreCheck.AssertSoundAsync(trial.HubFile);
        foreach (string device in devices)
        {
            string file = trial.FileOf(device);
            await StoreCheck.AssertSoundAsync(file);
            (long records, long pending) = await StoreCheck.AssertHoldsAsync(file, trial.Grades, trial.Scopes);
            Assert.Equal(trial.Grades.Count, records);
            Assert.Equal(0, pending);
        }
    }
}
