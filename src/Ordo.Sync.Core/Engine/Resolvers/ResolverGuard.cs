namespace Ordo.Sync.Engine.Resolvers;

/// <summary>
/// Runs an app's resolver so that nothing it does can hold up a sync: it is given little time a record, little time altogether,
/// and no further chance once it hung too often. Without a limit it runs on the thread that asks, for as long as it likes.
/// Thread-safe.
/// </summary>
internal sealed class ResolverGuard(IConflictResolver resolver, TimeSpan limit, TimeProvider time) : IDisposable
{
    private const int HangsMax = 3;

    // What resolvers may take altogether: a store of so many limits, refilled by a tenth of the time that passes.
    private const int BudgetLimits = 5;
    private const double RefillShare = 0.1;

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly bool _isLimited = limit != Timeout.InfiniteTimeSpan;
    private ResolverWorker? _worker;
    private double _budgetMs = limit.TotalMilliseconds * BudgetLimits;
    private long _refilled = time.GetTimestamp();
    private int _hangs;

    /// <summary>Runs the resolver; says why there is no result where there is none.</summary>
    /// <param name="context">What the resolver is given.</param>
    /// <param name="result">What it decided.</param>
    /// <param name="failure">Why there is no result.</param>
    /// <returns><see langword="null"/> where the resolver was not asked, because there is no time for it now.</returns>
    public bool? TryResolve(ResolverContext context, out ResolverResult result, out string? failure)
    {
        result = default;
        failure = WhyNotNow();
        if (failure is not null)
        {
            return null;
        }

        if (!_gate.Wait(limit))
        {
            failure = $"The resolver {resolver.GetType().Name} is busy with other records.";
            return null;
        }

        try
        {
            return TryResolveAlone(context, out result, out failure);
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose()
    {
        _worker?.Dispose();
        _gate.Dispose();
    }

    private bool TryResolveAlone(ResolverContext context, out ResolverResult result, out string? failure)
    {
        if (!TryRun(context, out result, out Exception? exception))
        {
            _worker = null;
            Interlocked.Increment(ref _hangs);
            failure = $"The resolver {resolver.GetType().Name} took longer than {limit.TotalMilliseconds} ms.";
            return false;
        }

        failure = exception is not null
            ? $"The resolver {resolver.GetType().Name} threw {exception.GetType().Name}: {exception.Message}"
            : result.IsMade ? null : $"The resolver {resolver.GetType().Name} returned no result of its context.";
        return failure is null;
    }

    // False where it did not end in time.
    private bool TryRun(ResolverContext context, out ResolverResult result, out Exception? exception)
    {
        if (!_isLimited)
        {
            exception = TryRunHere(context, out result);
            return true;
        }

        long began = time.GetTimestamp();
        ResolverWorker worker = _worker ??= new ResolverWorker();
        bool hasEnded = worker.TryRun(() => resolver.Resolve(context), limit, out result, out exception);
        Spend(time.GetElapsedTime(began));
        return hasEnded;
    }

    private Exception? TryRunHere(ResolverContext context, out ResolverResult result)
    {
        try
        {
            result = resolver.Resolve(context);
            return null;
        }
        catch (Exception exception)
        {
            result = default;
            return exception;
        }
    }

    private string? WhyNotNow()
    {
        if (!_isLimited)
        {
            return null;
        }

        if (Volatile.Read(ref _hangs) >= HangsMax)
        {
            return $"The resolver {resolver.GetType().Name} hung {HangsMax} times and is not asked again before a restart.";
        }

        lock (_lock)
        {
            long now = time.GetTimestamp();
            double refill = time.GetElapsedTime(_refilled, now).TotalMilliseconds * RefillShare;
            _budgetMs = Math.Min(limit.TotalMilliseconds * BudgetLimits, _budgetMs + refill);
            _refilled = now;
            return _budgetMs > 0 ? null : $"The resolver {resolver.GetType().Name} is too slow for the number of conflicts.";
        }
    }

    private void Spend(TimeSpan spent)
    {
        lock (_lock)
        {
            _budgetMs -= spent.TotalMilliseconds;
        }
    }
}
