using System.Collections.Concurrent;

namespace Ordo.Sync.Core.Tests.Engine.Writes;

/// <summary>Ways to the disk that a test ends when it likes, by the number of the commit.</summary>
internal sealed class Flushes
{
    private readonly ConcurrentDictionary<int, TaskCompletionSource> _begun = new();
    private readonly ConcurrentDictionary<int, TaskCompletionSource> _ended = new();
    private int _count = -1;

    /// <summary>The next commit is on its way.</summary>
    public Task NextAsync()
    {
        int number = Interlocked.Increment(ref _count);
        Of(_begun, number).TrySetResult();
        return Of(_ended, number).Task;
    }

    public Task BegunAsync(int number) => Of(_begun, number).Task;

    public void End(int number) => Of(_ended, number).TrySetResult();

    public void Fail(int number, Exception failure) => Of(_ended, number).TrySetException(failure);

    private static TaskCompletionSource Of(ConcurrentDictionary<int, TaskCompletionSource> all, int number) =>
        all.GetOrAdd(number, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
