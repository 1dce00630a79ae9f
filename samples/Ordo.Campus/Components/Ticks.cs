using System.Runtime.CompilerServices;

namespace Ordo.Campus.Components;

/// <summary>Time as something to follow, for what tells of no changes itself.</summary>
internal static class Ticks
{
    public static async IAsyncEnumerable<int> EveryAsync(
        TimeSpan interval, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var timer = new PeriodicTimer(interval);
        for (int count = 1; await timer.WaitForNextTickAsync(cancellationToken); count++)
        {
            yield return count;
        }
    }
}
