using Microsoft.Extensions.DependencyInjection;
using Ordo.Sync.Engine.Blobs;
using Ordo.Sync.Errors;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Blobs.Tests.Transfers;

/// <summary>Files that travel by themselves, and what fails tried again at a pace that grows.</summary>
public sealed class BackgroundTests : TransferWorld
{
    // Of a millisecond or two, and many more where the machine is busy.
    private const int StepsMax = 60_000;

    private static readonly BlobOptions Defaults = new();

    [Fact]
    public async Task A_file_goes_up_and_comes_down_while_the_app_does_nothing_about_it()
    {
        TestHub hub = await HubAsync();
        TestDevice writer = Background("writer", hub, out _);
        TestDevice reader = Background("reader", hub, out _);
        await writer.StartAsync();
        await reader.StartAsync();
        byte[] content = Content.Of(100_000);

        BlobRef file = await writer.PublishAsync("slides", content);

        await UntilAsync(async () => (await reader.Blobs.GetStatusAsync(file.Id)).IsHeld);
        Assert.Equal(content, await reader.ReadAsync(file.Id));
        Assert.Empty(await writer.Blobs.GetTransfersAsync());
    }

    [Fact]
    public async Task A_hub_that_is_away_for_an_hour_is_asked_ever_more_seldom_and_has_the_file_soon_after()
    {
        TestHub hub = await HubAsync();
        TestDevice writer = Background("writer", hub, out UnsteadyTransport way);
        way.Failure = new SyncException(SyncErrorCode.Unreachable, "The hub is away.");
        await writer.StartAsync();
        BlobRef file = await writer.PublishAsync("slides", Content.Of(100_000));
        for (int i = 0; i < 360 || (way.FailedCount < 3 && i < StepsMax); i++)
        {
            Time.Advance(TimeSpan.FromSeconds(10));
            await Task.Delay(1);
        }

        // An hour at two seconds would be 1,800 rounds; at five minutes at the most, halved by jitter on average, some 30. It is a longer
        // one where the device's threads had so little of the machine that they hardly asked.
        Assert.InRange(way.FailedCount, 3, 150);
        way.Failure = null;

        await UntilAsync(async () => await hub.HeldAsync(file.Id) is not null);
    }

    [Fact]
    public async Task A_file_that_fails_for_now_waits_twice_as_long_each_time_up_to_a_bound()
    {
        TestHub hub = await HubAsync();
        TestDevice writer = Device("writer", hub, out UnsteadyTransport way);
        await writer.PublishAsync("slides", Content.Of(10_000));
        way.BeforeChunk = (_, _) => throw new SyncException(SyncErrorCode.StoreFull, "The hub's disk is full.");
        bool isScattered = false;

        for (int failures = 1; failures <= 12; failures++)
        {
            await writer.SyncAsync();
            BlobTransfer waiting = Assert.Single(await writer.Blobs.GetTransfersAsync());
            TimeSpan ceiling = Min(Defaults.RetryDelay * Math.Pow(2, failures - 1), Defaults.RetryDelayMax);
            Assert.Equal((failures, SyncErrorCode.StoreFull), (waiting.FailureCount, waiting.ErrorCode));
            Assert.InRange(waiting.NextAttemptAt - Time.GetUtcNow(), ceiling * 0.099, ceiling);
            isScattered |= waiting.NextAttemptAt - Time.GetUtcNow() < ceiling * 0.95;
        }

        Assert.True(isScattered, "All devices come back in the same moment.");
    }

    [Fact]
    public async Task A_file_that_fails_for_good_is_tried_at_the_slowest_pace_at_once()
    {
        BlobTransfer waiting = await FailAsync(new SyncException(SyncErrorCode.TooLarge, "The blob is too long here."));

        Assert.InRange(waiting.NextAttemptAt - Time.GetUtcNow(), Defaults.RetryDelayMax * 0.099, Defaults.RetryDelayMax);
    }

    [Fact]
    public async Task A_file_waits_as_long_as_the_hub_says()
    {
        TimeSpan wait = TimeSpan.FromMinutes(42);

        BlobTransfer waiting = await FailAsync(
            new SyncException(SyncErrorCode.QuotaExceeded, "Too many bytes today.") { RetryAfter = wait });

        Assert.Equal(wait, waiting.NextAttemptAt - Time.GetUtcNow());
    }

    [Fact]
    public async Task What_nothing_refers_to_goes_by_itself_in_days()
    {
        TestHub hub = await HubAsync();
        TestDevice writer = Background("writer", hub, out _);
        BlobRef file = await writer.Blobs.ImportAsync(new MemoryStream(Content.Of(10_000)));
        await writer.StartAsync();
        for (int hours = 0; hours < 3_000 && (await writer.Blobs.GetStatusAsync(file.Id)).IsHeld; hours++)
        {
            Time.Advance(TimeSpan.FromHours(1));
            await Task.Delay(2);
        }

        Assert.False((await writer.Blobs.GetStatusAsync(file.Id)).IsHeld);
        Assert.True(Time.GetUtcNow() - new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero) > Defaults.Grace);
    }

    private async Task<BlobTransfer> FailAsync(SyncException failure)
    {
        TestHub hub = await HubAsync();
        TestDevice writer = Device("writer", hub, out UnsteadyTransport way);
        await writer.PublishAsync("slides", Content.Of(10_000));
        way.BeforeChunk = (_, _) => throw failure;
        await writer.SyncAsync();
        return Assert.Single(await writer.Blobs.GetTransfersAsync());
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private TestDevice Background(string name, TestHub hub, out UnsteadyTransport way) => Device(name, hub, out way, sync =>
    {
        sync.Configure(options => options.SyncsInBackground = true);
        sync.ConfigureBlobs(options => options.Downloads = BlobDownloadPolicy.Everything);
    });

    // The clock goes on while the device works on threads of its own.
    private async Task UntilAsync(Func<Task<bool>> holds)
    {
        for (int i = 0; i < StepsMax && !await holds(); i++)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(2);
        }

        Assert.True(await holds());
    }
}
