using Ordo.Sync.Benchmarks.Hosting;
using Ordo.Sync.Benchmarks.Reporting;

namespace Ordo.Sync.Benchmarks.Scenarios;

/// <summary>A scenario that is measured once over each store a hub can have.</summary>
internal abstract class HubScenario : IScenario
{
    public abstract string Name { get; }

    public abstract string Description { get; }

    public abstract int DefaultRecords { get; }

    public async IAsyncEnumerable<Measurement> RunAsync(int records, int rounds)
    {
        using var folder = new TempFolder();
        await using HubStores stores = await HubStores.OpenAsync(folder);
        foreach (string variant in stores.Variants)
        {
            yield return await MeasureAsync(folder, stores, variant, records, rounds);
        }
    }

    /// <summary>Measures with hubs over one kind of store; <paramref name="stores"/> gives each hub a place of its own.</summary>
    protected abstract Task<Measurement> MeasureAsync(
        TempFolder folder, HubStores stores, string variant, int records, int rounds);
}
