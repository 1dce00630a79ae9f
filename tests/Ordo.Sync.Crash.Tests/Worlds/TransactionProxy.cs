using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Crash.Tests.Worlds;

/// <summary>Passes a transaction's calls on, and tells its store of commit, end and the areas of local entries it writes.</summary>
public class TransactionProxy : DispatchProxy
{
    private IStoreTransaction _inner = null!;
    private WitnessedStore _store = null!;

    internal static IStoreTransaction Wrap(IStoreTransaction inner, WitnessedStore store)
    {
        IStoreTransaction proxy = Create<IStoreTransaction, TransactionProxy>();
        var self = (TransactionProxy)(object)proxy;
        (self._inner, self._store) = (inner, store);
        return proxy;
    }

    [SuppressMessage("Reliability", "CA2012", Justification = "Boxed on its way to the caller, who awaits it once.")]
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        switch (targetMethod!.Name)
        {
            case nameof(IStoreTransaction.CommitAsync):
                return _store.CommitAsync(_inner, (Durability)args![0]!, (CancellationToken)args[1]!);
            case nameof(IStoreTransaction.SubmitAsync):
                return _store.SubmitAsync(_inner, (Durability)args![0]!, (CancellationToken)args[1]!);
            case nameof(IAsyncDisposable.DisposeAsync):
                return _store.EndAsync(_inner);
            case nameof(IStoreTransaction.SetLocalAsync):
                _store.Log.Areas.Add((string)args![0]!);
                break;
        }

        return targetMethod.Invoke(_inner, BindingFlags.DoNotWrapExceptions, null, args, null);
    }
}
