using Ordo.Sync.Core.Tests.Engine;
using Ordo.Sync.Engine.Bundles;
using Ordo.Sync.Errors;
using Ordo.Sync.Fuzz.Tests.Corpora;
using Ordo.Sync.Replication.Bundles;
using Ordo.Sync.Storage.Memory;
using Ordo.Sync.Strategies.Tests.Worlds;

namespace Ordo.Sync.Fuzz.Tests.Targets;

/// <summary>
/// Whole bundles, changed, are brought to a device that knows nothing: it takes what is sound, or says what is wrong, and its store is
/// sound afterwards.
/// </summary>
internal static class BundleFileTarget
{
    public static IEnumerable<FuzzTarget> All(Sample sample) =>
        [Of("bundle-file", sample.Bundle, key: null), Of("bundle-sealed-file", sample.SealedBundle, Sample.BundleKey)];

    private static FuzzTarget Of(string name, byte[] bundle, BundleKey? key) => new(
        name, [bundle], bytes => ImportAsync(bytes, key).GetAwaiter().GetResult())
    {
        IsRefusal = static exception => exception is SyncException
        {
            Code: not (SyncErrorCode.Internal or SyncErrorCode.StoreCorrupt or SyncErrorCode.StoreUnavailable),
        },
        Seal = BundleSeals.Renew,
        FixedBytesMax = 64 * 1024 * 1024,
        BytesPerByteMax = 8 * 1024,
    };

    private static async Task ImportAsync(byte[] bytes, BundleKey? key)
    {
        var store = new InMemoryRecordStore("bob");
        await using var device = new Device("bob", store, TestHub.NewClock(), configure: Sample.Declare);
        await device.Engine.OpenAsync();
        SyncException? refusal = null;
        try
        {
            using var bundle = new MemoryStream(bytes);
            await device.Engine.Bundles.ImportAsync(bundle, new BundleImportOptions { Key = key });
        }
        catch (SyncException exception)
        {
            refusal = exception;
        }

        if (await StoreWalk.FindFaultAsync(store) is { } fault)
        {
            throw new InvalidOperationException(fault, refusal);
        }

        if (refusal is not null)
        {
            throw refusal;
        }
    }
}
