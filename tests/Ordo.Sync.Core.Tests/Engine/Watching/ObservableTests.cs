using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Engine.Watching;

namespace Ordo.Sync.Core.Tests.Engine.Watching;

public sealed class ObservableTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly FakeTimeProvider _time = TestHub.NewClock();

    [Fact]
    public async Task An_observer_hears_of_what_is_written_after_it_subscribed_until_the_engine_is_closed()
    {
        var device = new TestDevice(transport: null, _time);
        await device.Notes.PutAsync("before", new Note());
        var observer = new Collector();
        using IDisposable subscription = device.Notes.Changes.Subscribe(observer);
        await device.Notes.PutAsync("1", new Note { Text = "new" });
        await device.Notes.DeleteAsync("before");
        await observer.UntilAsync(2);
        await device.DisposeAsync();
        await observer.Ended.Task.WaitAsync(Patience);

        Assert.Equal(["1", "before"], observer.Changes.Select(change => change.Key));
        Assert.Null(observer.Changes.Last().Record);
        Assert.Null(observer.Error);
    }

    [Fact]
    public async Task After_its_disposal_an_observer_hears_nothing()
    {
        await using var device = new TestDevice(transport: null, _time);
        var gone = new Collector();
        var present = new Collector();
        using IDisposable other = device.Notes.Changes.Subscribe(present);
        device.Notes.Changes.Subscribe(gone).Dispose();
        await device.Notes.PutAsync("1", new Note());
        await present.UntilAsync(1);

        Assert.Empty(gone.Changes);
        Assert.False(gone.Ended.Task.IsCompleted);
    }

    [Fact]
    public async Task An_observer_that_throws_is_told_so_and_hears_no_more()
    {
        await using var device = new TestDevice(transport: null, _time);
        var observer = new Collector { Fails = true };
        using IDisposable subscription = device.Notes.Changes.Subscribe(observer);
        await device.Notes.PutAsync("1", new Note());
        await observer.Ended.Task.WaitAsync(Patience);
        await device.Notes.PutAsync("2", new Note());

        Assert.Equal("Enough.", observer.Error!.Message);
        Assert.Single(observer.Changes);
    }

    private sealed class Collector : IObserver<RecordChange<Note>>
    {
        public ConcurrentQueue<RecordChange<Note>> Changes { get; } = [];

        public TaskCompletionSource Ended { get; } = new();

        public Exception? Error { get; private set; }

        public bool Fails { get; init; }

        public async Task UntilAsync(int count)
        {
            using var giveUp = new CancellationTokenSource(Patience);
            while (Changes.Count < count)
            {
                await Task.Delay(5, giveUp.Token);
            }
        }

        public void OnNext(RecordChange<Note> value)
        {
            Changes.Enqueue(value);
            if (Fails)
            {
                throw new InvalidOperationException("Enough.");
            }
        }

        public void OnError(Exception error)
        {
            Error = error;
            Ended.SetResult();
        }

        public void OnCompleted() => Ended.SetResult();
    }
}
