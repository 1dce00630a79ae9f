using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Core.Tests.Engine;

/// <summary>A transaction that tells of its commit and is another one in all else.</summary>
public class CommitSpy : DispatchProxy
{
    private IStoreTransaction? _inner;
    private Func<Durability, Task>? _committed;

    public static IStoreTransaction Around(IStoreTransaction inner, Func<Durability, Task> committed)
    {
        IStoreTransaction proxy = Create<IStoreTransaction, CommitSpy>();
        var spy = (CommitSpy)(object)proxy;
        spy._inner = inner;
        spy._committed = committed;
        return proxy;
    }

    [SuppressMessage("Reliability", "CA2012", Justification = "Who called the proxy consumes it, once.")]
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (targetMethod!.Name == nameof(IStoreTransaction.CommitAsync))
        {
            return CommitAsync((Durability)args![0]!, (CancellationToken)args[1]!);
        }

        if (targetMethod.Name == nameof(IStoreTransaction.SubmitAsync))
        {
            return SubmitAsync((Durability)args![0]!, (CancellationToken)args[1]!);
        }

        return targetMethod.Invoke(_inner, BindingFlags.DoNotWrapExceptions, binder: null, args, culture: null);
    }

    private async ValueTask CommitAsync(Durability durability, CancellationToken cancellationToken)
    {
        await _inner!.CommitAsync(durability, cancellationToken);
        await _committed!(durability);
    }

    // What is done after a commit is what its durability waits for.
    private async ValueTask<Task> SubmitAsync(Durability durability, CancellationToken cancellationToken)
    {
        await _inner!.CommitAsync(durability, cancellationToken);
        return _committed!(durability);
    }
}
