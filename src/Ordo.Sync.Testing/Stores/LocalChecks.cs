using Ordo.Sync.Storage;

namespace Ordo.Sync.Testing.Stores;

/// <summary>Durable entries that do not replicate.</summary>
internal static class LocalChecks
{
    public static IEnumerable<ConformanceCheck> All =>
    [
        new("A local entry is read back, overwritten and removed", RoundTripAsync),
        new("An empty local entry is an entry", EmptyAsync),
        new("Local entries are listed in the order of their keys' UTF-8 bytes", OrderAsync),
        new("Local entries are listed page by page behind a key", PagesAsync),
        new("Areas do not mix", AreasAsync),
        new("Removing a local entry that is not there does nothing", RemoveAbsentAsync),
        new("A local entry of 1 MB is read back", LargeAsync),
        new("A local entry keeps its bytes when its writer uses the buffer again", CopiedAsync),
    ];

    private static async Task RoundTripAsync(StoreProbe probe)
    {
        Expect.That(await GetAsync(probe, "hub") is null, "an entry never written is none");
        await SetAsync(probe, "hub", Sample.Bytes(10));
        Expect.Sequence(Sample.Bytes(10), await GetAsync(probe, "hub") ?? [], "The entry");
        await SetAsync(probe, "hub", Sample.Bytes(20, 2));
        Expect.Sequence(Sample.Bytes(20, 2), await GetAsync(probe, "hub") ?? [], "The entry overwritten");
        await probe.WriteAsync(async transaction => await transaction.RemoveLocalAsync(Sample.Area, "hub"));
        Expect.That(await GetAsync(probe, "hub") is null, "an entry removed is none");
    }

    private static async Task EmptyAsync(StoreProbe probe)
    {
        await SetAsync(probe, "hub", []);
        byte[]? value = await GetAsync(probe, "hub");
        Expect.That(value is { Length: 0 }, "an empty value is a value, not none");
        IReadOnlyList<LocalEntry> listed = await ListAsync(probe, null, 9);
        Expect.Sequence(["hub"], listed.Select(entry => entry.Key), "The entries");
        Expect.Equal(0, listed[0].Value.Length, "The listed value's length");
    }

    private static async Task OrderAsync(StoreProbe probe)
    {
        string[] keys = ["Z", "a", "aa", "b", "é", "\uFF5E", "😀"];
        foreach (string key in keys.Reverse())
        {
            await SetAsync(probe, key, [1]);
        }

        Expect.Sequence(keys, (await ListAsync(probe, null, 99)).Select(entry => entry.Key), "The keys");
        Expect.Sequence(
            ["😀"], (await ListAsync(probe, "\uFF5E", 99)).Select(entry => entry.Key), "The keys behind U+FF5E");
    }

    private static async Task PagesAsync(StoreProbe probe)
    {
        string[] keys = [.. Enumerable.Range(0, 10).Select(i => $"k{i}")];
        foreach (string key in keys)
        {
            await SetAsync(probe, key, [1]);
        }

        var read = new List<string>();
        IReadOnlyList<LocalEntry> page;
        do
        {
            page = await ListAsync(probe, read.LastOrDefault(), 4);
            Expect.That(page.Count <= 4, "a page holds what was asked for at most");
            read.AddRange(page.Select(entry => entry.Key));
        }
        while (page.Count > 0 && read.Count <= keys.Length);
        Expect.Sequence(keys, read, "All pages");
        Expect.Sequence(
            ["k5"], (await ListAsync(probe, "k4x", 1)).Select(entry => entry.Key), "Behind a key not there");
    }

    private static async Task AreasAsync(StoreProbe probe)
    {
        await probe.WriteAsync(async transaction =>
        {
            await transaction.SetLocalAsync("a", "k", Sample.Bytes(1));
            await transaction.SetLocalAsync("ab", "k", Sample.Bytes(2));
            await transaction.SetLocalAsync("b", "k", Sample.Bytes(3));
            await transaction.RemoveLocalAsync("b", "k");
        });
        IReadOnlyList<LocalEntry> listed = await probe.ReadAsync(
            snapshot => snapshot.ListLocalAsync("a", null, 9).AsTask());
        Expect.Sequence([1], listed.Select(entry => entry.Value.Length), "The lengths of the entries of one area");
        ReadOnlyMemory<byte>? other = await probe.ReadAsync(snapshot => snapshot.GetLocalAsync("ab", "k").AsTask());
        Expect.Equal(2, other?.Length, "The length of the other area's entry");
    }

    private static async Task RemoveAbsentAsync(StoreProbe probe)
    {
        await SetAsync(probe, "a", [1]);
        string before = await probe.DumpAsync();
        await probe.WriteAsync(async transaction => await transaction.RemoveLocalAsync(Sample.Area, "b"));
        Expect.Equal(before, await probe.DumpAsync(), "What the store holds");
    }

    private static async Task LargeAsync(StoreProbe probe)
    {
        await SetAsync(probe, "page", Sample.Bytes(1 << 20));
        byte[] read = await GetAsync(probe, "page") ?? [];
        Expect.That(read.AsSpan().SequenceEqual(Sample.Bytes(1 << 20)), "the bytes are the same");
    }

    private static async Task CopiedAsync(StoreProbe probe)
    {
        byte[] buffer = [1, 2, 3];
        await probe.WriteAsync(async transaction =>
        {
            await transaction.SetLocalAsync(Sample.Area, "a", buffer);
            buffer.AsSpan().Clear();
        });
        Expect.Sequence<byte>([1, 2, 3], await GetAsync(probe, "a") ?? [], "The entry");
    }

    private static Task SetAsync(StoreProbe probe, string key, byte[] value) =>
        probe.WriteAsync(async transaction => await transaction.SetLocalAsync(Sample.Area, key, value, probe.Token));

    private static async Task<byte[]?> GetAsync(StoreProbe probe, string key)
    {
        ReadOnlyMemory<byte>? value = await probe.ReadAsync(snapshot =>
            snapshot.GetLocalAsync(Sample.Area, key, probe.Token).AsTask());
        return value?.ToArray();
    }

    private static Task<IReadOnlyList<LocalEntry>> ListAsync(StoreProbe probe, string? after, int countMax) =>
        probe.ReadAsync(snapshot => snapshot.ListLocalAsync(Sample.Area, after, countMax, probe.Token).AsTask());
}
