using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Engine.Bundles;
using Ordo.Sync.Replication.Bundles;

namespace Ordo.Sync.Core.Tests.Engine.Bundles;

/// <summary>Devices that exchange changes in a file.</summary>
public abstract class BundleScenario
{
    private protected const string OtherScope = "course/BBB";

    private protected FakeTimeProvider Time { get; } = TestHub.NewClock();

    private protected static async Task<MemoryStream> ExportAsync(TestDevice device, BundleExportOptions? options = null)
    {
        var file = new MemoryStream();
        await device.Engine.Bundles.ExportAsync(file, options);
        return file;
    }

    private protected static async Task<BundleImportReport> ImportAsync(TestDevice device, MemoryStream file) =>
        await device.Engine.Bundles.ImportAsync(file);

    private protected TestDevice Device() => new(transport: null, Time);

    private protected async Task<TestDevice> FilledAsync(int count, int textLength = 0)
    {
        TestDevice device = Device();
        for (int i = 0; i < count; i++)
        {
            await device.Notes.PutAsync($"key-{i}", new Note { Text = $"text {i}".PadRight(textLength), Score = i });
        }

        return device;
    }
}
