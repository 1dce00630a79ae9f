using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Faster.Tests;

public sealed class TimeToLiveTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly TestFolder _folder = new();
    private readonly FakeTimeProvider _time = new(Start);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Records_expire_by_the_time_they_were_written_the_oldest_first_also_after_the_store_was_opened_again()
    {
        await using (FasterRecordStore store = await OpenAsync())
        {
            await store.WriteAsync(async transaction =>
            {
                await transaction.PutAsync("old", Sample.Bytes(1), Milliseconds(0));
                await transaction.PutAsync("older", Sample.Bytes(2), Milliseconds(-10));
                await transaction.PutAsync("young", Sample.Bytes(3), Milliseconds(50));
            });
            Assert.Empty(await store.ListExpiredAsync(10));
        }

        await using FasterRecordStore again = await OpenAsync();
        _time.Advance(TimeSpan.FromMilliseconds(59_999));
        Assert.Equal(["older"], (await again.ListExpiredAsync(10)).Select(record => record.Key.Key));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        IReadOnlyList<ExpiredRecord> expired = await again.ListExpiredAsync(10);
        Assert.Equal(["older", "old"], expired.Select(record => record.Key.Key));
        Assert.Equal([new Dot(0, 2)], expired[0].Seen);
        Assert.Equal(Sample.Scope, expired[0].Scope);
        Assert.Single(await again.ListExpiredAsync(1));
    }

    [Fact]
    public async Task A_record_written_again_or_deleted_is_not_expired()
    {
        await using FasterRecordStore store = await OpenAsync();
        await store.WriteAsync(async transaction =>
        {
            await transaction.PutAsync("again", Sample.Bytes(1), Milliseconds(0));
            await transaction.PutAsync("deleted", Sample.Bytes(2), Milliseconds(0));
        });
        _time.Advance(TimeSpan.FromSeconds(90));
        await store.WriteAsync(async transaction =>
        {
            await transaction.PutAsync("again", Sample.Bytes(1), Milliseconds(80));
            await transaction.PutAsync("deleted", [], Milliseconds(80));
        });
        Assert.Empty(await store.ListExpiredAsync(10));
        StoredRecord? tombstone = await store.GetAsync(Sample.Scope, Sample.Key("deleted"));
        Assert.True(tombstone!.Greatest.IsTombstone);
    }

    private static long Milliseconds(int seconds) => Start.AddSeconds(seconds).ToUnixTimeMilliseconds();

    private async Task<FasterRecordStore> OpenAsync()
    {
        FasterStoreOptions options = TestFolder.Options(_folder.Store);
        options.TimeToLive["grades"] = TimeSpan.FromSeconds(60);
        var store = new FasterRecordStore(options, _time);
        await store.OpenAsync();
        return store;
    }
}
