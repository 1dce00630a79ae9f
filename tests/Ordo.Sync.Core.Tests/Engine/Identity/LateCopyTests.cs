using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Errors;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Core.Tests.Engine.Identity;

/// <summary>A push that a network delivers once more, long after it was answered.</summary>
public sealed class LateCopyTests
{
    private readonly FakeTimeProvider _clock = TestHub.NewClock();

    [Fact]
    public async Task A_push_that_was_refused_for_its_clock_is_not_taken_later_when_its_time_has_come()
    {
        TestHub hub = await TestHub.StartAsync(_clock);
        var wire = new OnePush(hub.Connect());
        var ahead = new FakeTimeProvider(_clock.GetUtcNow() + TimeSpan.FromMinutes(10));
        await using var device = new TestDevice(wire, ahead);
        await device.Notes.PutAsync("a", new Note { Text = "stamped ahead" });

        // Refused; the network is gone before what was stamped anew, under another name, is sent.
        Assert.Equal(SyncStatus.Offline, (await device.Engine.SyncAsync()).Status);
        _clock.Advance(TimeSpan.FromHours(1));
        PushResponse late = await hub.Connect().PushAsync(wire.Sent!);

        Assert.Equal(PushStatus.LeaseUnknown, late.Status);
        Assert.True((await hub.StateAsync(TestDevice.ScopeName)).Knowledge.IsEmpty);

        wire.IsGone = false;
        await device.SyncAsync();
        ScopeState state = await hub.StateAsync(TestDevice.ScopeName);
        Assert.Equal(1, state.LiveCount);
        Assert.Equal(await device.DigestAsync(), state.Digest);
    }

    // Lets one push through, and is gone then.
    private sealed class OnePush(ISyncTransport inner) : PassingTransport(inner)
    {
        public PushRequest? Sent { get; private set; }

        public bool IsGone { get; set; }

        public override ValueTask<PushResponse> PushAsync(PushRequest request, CancellationToken cancellationToken = default)
        {
            if (IsGone)
            {
                throw new SyncException(SyncErrorCode.Unreachable, "The network is gone.");
            }

            IsGone = Sent is null;
            Sent ??= request;
            return base.PushAsync(request, cancellationToken);
        }
    }
}
