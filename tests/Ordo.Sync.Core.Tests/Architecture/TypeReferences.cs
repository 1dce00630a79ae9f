using System.Reflection;

namespace Ordo.Sync.Core.Tests.Architecture;

/// <summary>All types that a type names: in its head, its members' signatures and its methods' bodies.</summary>
internal static class TypeReferences
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance
            | BindingFlags.DeclaredOnly;

    public static IEnumerable<Type> Of(Type type) => Named(type).SelectMany(Parts).Distinct();

    private static IEnumerable<Type?> Named(Type type)
    {
        IEnumerable<Type?> head = [type.BaseType, .. type.GetInterfaces()];
        return head
            .Concat(type.GetGenericArguments().SelectMany(Constraints))
            .Concat(Attributes(type))
            .Concat(type.GetMembers(Declared).SelectMany(NamedBy));
    }

    private static IEnumerable<Type?> NamedBy(MemberInfo member) => member switch
    {
        FieldInfo field => [field.FieldType, .. Attributes(field)],
        PropertyInfo property => [property.PropertyType, .. Attributes(property)],
        EventInfo raised => [raised.EventHandlerType],
        MethodBase method => [.. Signature(method), .. Attributes(method), .. Body(method)],
        _ => [],
    };

    private static IEnumerable<Type?> Signature(MethodBase method)
    {
        IEnumerable<Type?> types = method.GetParameters().Select(parameter => parameter.ParameterType);
        return method is MethodInfo info
            ? types.Append(info.ReturnType).Concat(info.GetGenericArguments().SelectMany(Constraints))
            : types;
    }

    private static IEnumerable<Type?> Body(MethodBase method)
    {
        if (method.GetMethodBody() is not { } body)
        {
            return [];
        }

        IEnumerable<Type?> locals = body.LocalVariables.Select(local => local.LocalType);
        IEnumerable<Type?> caught = body.ExceptionHandlingClauses
            .Where(clause => clause.Flags == ExceptionHandlingClauseOptions.Clause)
            .Select(clause => clause.CatchType);
        return locals.Concat(caught).Concat(InstructionOperands.Of(method, body).SelectMany(OfOperand));
    }

    private static IEnumerable<Type?> OfOperand(MemberInfo operand) => operand switch
    {
        Type type => [type],
        FieldInfo field => [field.DeclaringType, field.FieldType],
        MethodInfo { IsGenericMethod: true } method =>
            [method.DeclaringType, .. Signature(method), .. method.GetGenericArguments()],
        MethodBase method => [method.DeclaringType, .. Signature(method)],
        _ => [operand.DeclaringType],
    };

    private static IEnumerable<Type?> Constraints(Type argument) =>
        argument.IsGenericParameter ? argument.GetGenericParameterConstraints() : [argument];

    private static IEnumerable<Type?> Attributes(MemberInfo member) =>
        member.GetCustomAttributesData().Select(attribute => attribute.AttributeType);

    // The types that a type is made of: element types, generic arguments, the generic definition.
    private static IEnumerable<Type> Parts(Type? type)
    {
        if (type is null || type.IsGenericParameter)
        {
            return [];
        }

        if (type.HasElementType)
        {
            return Parts(type.GetElementType());
        }

        return type.IsGenericType
            ? type.GetGenericArguments().SelectMany(Parts).Prepend(type.GetGenericTypeDefinition())
            : [type];
    }
}
