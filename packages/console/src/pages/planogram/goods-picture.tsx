import { useState } from 'react';
import { ownPicture } from '../../shared/own-picture.ts';

/** A good's picture, or the beginning of its name where it has none that can be had. */
export function GoodsPicture({ name, url, size = 36 }: { name: string; url: string; size?: number }) {
  const [failed, setFailed] = useState('');
  const style = { width: size, height: size };
  // One that was just chosen lies in the browser.
  const src = url.startsWith('blob:') ? url : ownPicture(url);
  if (src !== '' && src !== failed) {
    return (
      <img
        className="goods-picture"
        src={src}
        alt=""
        style={style}
        draggable={false}
        loading="lazy"
        onError={() => setFailed(src)}
      />
    );
  }
  return (
    <span className="goods-picture" style={style} aria-hidden>
      {[...name.trim()][0] ?? '·'}
    </span>
  );
}
