using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Conflicts.Notes;
using Ordo.Sync.Errors;
using Ordo.Sync.Replication.Admission;
using Ordo.Sync.Replication.Responder;

namespace Ordo.Sync.Core.Tests.Engine;

/// <summary>A refusal states the hub's value again, and beats only what the refused edit would have beaten.</summary>
public sealed class RefusalTimeTests
{
    private readonly FakeTimeProvider _clock = TestHub.NewClock();

    [Theory]
    [InlineData(true, "edited offline")]
    [InlineData(false, "first")]
    public async Task An_unsynced_edit_wins_over_a_refusal_only_where_it_is_newer_than_the_refused_one(
        bool isNewer, string expected)
    {
        TestHub hub = await TestHub.StartAsync(_clock, new ResponderOptions { Reviewer = new WordReviewer() });
        await using var ann = new TestDevice(hub.Connect(), _clock);
        await using var ben = new TestDevice(hub.Connect(), _clock);
        await ann.Notes.PutAsync("a", new Note { Text = "first" });
        await ann.SyncAsync();
        await ben.SyncAsync();
        (TestDevice earlier, string text) = isNewer ? (ann, "forbidden") : (ben, "edited offline");
        (TestDevice later, string other) = isNewer ? (ben, "edited offline") : (ann, "forbidden");
        _clock.Advance(TimeSpan.FromMinutes(1));
        await earlier.Notes.PutAsync("a", new Note { Text = text });
        _clock.Advance(TimeSpan.FromMinutes(1));
        await later.Notes.PutAsync("a", new Note { Text = other });
        _clock.Advance(TimeSpan.FromMinutes(1));

        await ann.SyncAsync();
        await ben.SyncAsync();
        await ann.SyncAsync();
        await ben.SyncAsync();

        Assert.Equal(expected, (await ann.Notes.GetAsync("a"))!.Value!.Text);
        Assert.Equal(expected, (await ben.Notes.GetAsync("a"))!.Value!.Text);
        Assert.Equal(await ann.DigestAsync(), await ben.DigestAsync());
    }

    private sealed class WordReviewer : IRecordReviewer
    {
        public ValueTask<Rejection?> ReviewAsync(RecordReview review, CancellationToken cancellationToken) =>
            ValueTask.FromResult(
                review.Arrived.Any(version => version.Payload.Span.IndexOf("forbidden"u8) >= 0)
                    ? new Rejection(SyncErrorCode.RecordRefused, "That word is not taken.")
                    : null);
    }
}
