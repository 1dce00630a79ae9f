using System.Reflection;

namespace Ordo.Sync.Testing.Tests.Faults;

/// <summary>Passes calls on to a snapshot or a transaction, but for the one that a fault intercepts.</summary>
public class FaultyProxy : DispatchProxy
{
    private object? _target;
    private StoreFault? _fault;

    internal static T Wrap<T>(T target, StoreFault fault)
        where T : class
    {
        T proxy = Create<T, FaultyProxy>();
        var self = (FaultyProxy)(object)proxy;
        (self._target, self._fault) = (target, fault);
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        object?[] arguments = args ?? [];
        return targetMethod!.Name == _fault!.Method ? _fault.Intercept(arguments, Proceed) : Proceed();

        object? Proceed() => targetMethod.Invoke(_target, BindingFlags.DoNotWrapExceptions, null, arguments, null);
    }
}
