import { useState } from 'react';

/** Those that the hub serves are fetched from where the page is, by whatever name the hub was opened. */
const ours = /\/media\/[0-9a-f]{64}\.\w+$/;

/** A good's picture, or the beginning of its name where it has none that can be had. */
export function GoodsPicture({ name, url, size = 36 }: { name: string; url: string; size?: number }) {
  const [failed, setFailed] = useState('');
  const style = { width: size, height: size };
  if (url !== '' && url !== failed) {
    const src = ours.exec(url)?.[0] ?? url;
    return (
      <img
        className="goods-picture"
        src={src}
        alt=""
        style={style}
        draggable={false}
        loading="lazy"
        onError={() => setFailed(url)}
      />
    );
  }
  return (
    <span className="goods-picture" style={style} aria-hidden>
      {[...name.trim()][0] ?? '·'}
    </span>
  );
}
