using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Core.Tests.Engine.Identity;

/// <summary>A transaction that tells how many records it read in search of changes, and is another one in all else.</summary>
public class ChangeSpy : DispatchProxy
{
    private IStoreTransaction? _inner;
    private Action<int>? _read;

    public static IStoreTransaction Around(IStoreTransaction inner, Action<int> read)
    {
        IStoreTransaction proxy = Create<IStoreTransaction, ChangeSpy>();
        var spy = (ChangeSpy)(object)proxy;
        spy._inner = inner;
        spy._read = read;
        return proxy;
    }

    [SuppressMessage("Reliability", "CA2012", Justification = "Who called the proxy consumes it, once.")]
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        object? result = targetMethod!.Invoke(_inner, BindingFlags.DoNotWrapExceptions, binder: null, args, culture: null);
        return result is ValueTask<ChangeSlice> changes ? CountAsync(changes) : result;
    }

    private async ValueTask<ChangeSlice> CountAsync(ValueTask<ChangeSlice> changes)
    {
        ChangeSlice slice = await changes;
        _read!(slice.Records.Count);
        return slice;
    }
}
